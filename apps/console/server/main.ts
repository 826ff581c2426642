/** `npm run start:console`: the console and the API of all services under one origin. It knows no key and keeps nothing. */
import { Module } from '@nestjs/common';
import { REFUSALS } from '#concepts';
import { consoleFolder, runService } from '#platform';

/** It has no routes of its own. */
@Module({})
class ConsoleModule {}

await runService(ConsoleModule, {
  name: 'console',
  refusals: REFUSALS,
  consoleFolder: consoleFolder(),
  isFront: true,
});
