/*
 * A writer that acknowledges before the flush, to show that the trace test would notice:
 *
 *   node careless-writer.ts FOLDER APPENDS
 */
import { writeSync } from 'node:fs'
import { open } from 'lmdb'

const [folder = '', appends = ''] = process.argv.slice(2)
const store = open({ path: folder, noSubdir: false, noSync: true })
for (let k = 1; k <= Number(appends); k++) {
  await store.put(k, 'tick')
  writeSync(1, `${k} ${k}\n`)
}
await store.close()
