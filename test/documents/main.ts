/** `npm run documents`: writes the documents that are made from the code. */
import { writeDocuments } from './documents.js';

await writeDocuments(process.cwd());
