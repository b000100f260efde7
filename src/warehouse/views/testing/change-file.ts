/** A process for tests: runs the statements named by its arguments on a database file and closes it. */
import { openDatabase } from '../../../core/sql/database.ts'

const [path, ...statements] = process.argv.slice(2)
const db = await openDatabase(path!, { threads: 1 })
for (const sql of statements) await db.run(sql)
db.close()
