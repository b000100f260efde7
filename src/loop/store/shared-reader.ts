import { statSync } from 'node:fs'
import type { Database, SharedDatabase } from '../../core/sql/database.ts'
import type { OnStatement } from '../../core/sql/observe.ts'

interface Held {
  /** Which file it is, whatever its name is now; undefined: there was none. */
  readonly inode: number | undefined
  readonly shared: Promise<SharedDatabase>
  /** Once it is open. */
  opened?: SharedDatabase
  connections: number
}

const held = new Map<string, Held>()

/**
 * A connection for one who reads. All who read a file at once share its handle: two handles of one
 * process would share a file lock, and closing the first would drop it while the second still reads.
 * The file is closed with the last connection, so that other processes can write. Where another file was
 * put in its place, those who come read that one. Throws what `open` throws.
 */
export async function connectReader(
  path: string,
  open: () => Promise<SharedDatabase>,
  onStatement?: OnStatement,
): Promise<Database> {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino
  const found = held.get(path)
  const one = found?.inode === inode ? found! : { inode, shared: open(), connections: 0 }
  held.set(path, one)
  one.connections++
  try {
    const shared = await one.shared
    one.opened = shared
    const database = await shared.connect(onStatement === undefined ? {} : { onStatement })
    let isOpen = true
    return {
      ...database,
      close() {
        if (!isOpen) return
        isOpen = false
        database.close()
        leave(path, one)
      },
    }
  } catch (error) {
    leave(path, one)
    throw error
  }
}

function leave(path: string, one: Held): void {
  one.connections--
  if (one.connections > 0) return
  if (held.get(path) === one) held.delete(path)
  // At once: a writer may open the file next.
  one.opened?.close()
}

/** Bytes that the statements of those who read a file now hold; 0 where nobody does. */
export async function memoryHeld(path: string, query: string): Promise<number> {
  const one = held.get(path)
  if (one === undefined) return 0
  one.connections++
  let database: Database | undefined
  try {
    database = await (await one.shared).connect({})
    const { columns } = await database.answer(query)
    return Number(columns[0]?.[0] ?? 0)
  } finally {
    database?.close()
    leave(path, one)
  }
}
