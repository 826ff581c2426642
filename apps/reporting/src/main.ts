import { REFUSALS } from '#concepts';
import { runService } from '#platform';
import { ReportingModule } from './reporting.module.js';

await runService(ReportingModule, { name: 'reporting', refusals: REFUSALS });
