import { REFUSALS } from '#concepts';
import { runService } from '#platform';
import { LedgerModule } from './ledger.module.js';

await runService(LedgerModule, { name: 'ledger', refusals: REFUSALS });
