import { join } from 'node:path'
import { writeFileWhole } from '../src/core/files.ts'
import { feedDocument, SUBJECTS } from '../src/feed/index.ts'

// Writes the documents that are generated from the code. Tests fail when they are stale.
const docs = join(import.meta.dirname, '..', 'docs')
writeFileWhole(join(docs, 'feed.md'), feedDocument(SUBJECTS))
