import { REFUSALS } from '#concepts';
import { runService } from '#platform';
import { SettlementModule } from './settlement.module.js';

await runService(SettlementModule, { name: 'settlement', refusals: REFUSALS });
