import { REFUSALS } from '#concepts';
import { runService } from '#platform';
import { ProjectorModule } from './projector.module.js';

await runService(ProjectorModule, { name: 'projector', refusals: REFUSALS });
