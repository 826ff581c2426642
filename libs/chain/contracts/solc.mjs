#!/usr/bin/env node
// Lets forge drive the compiler that npm installed: answers `--version` and `--standard-json`, ignores the rest.
import { readFileSync, writeFileSync } from 'node:fs';
import solc from 'solc';

if (process.argv.includes('--version')) {
  process.stdout.write(
    `solc, the solidity compiler\nVersion: ${solc.version().replace('Emscripten.clang', 'Linux.g++')}\n`,
  );
} else {
  writeFileSync(1, solc.compile(readFileSync(0, 'utf8')));
}
