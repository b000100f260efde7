/**
 * A process for tests to kill: applies and undoes actions on the database named by its argument, over
 * and over. Prints a line when it starts and one for each step done.
 */

import { openDatabase } from '../../../core/sql/database.ts'
import { apply, propose, undo } from '../design.ts'
import { readActions } from '../records.ts'
import { crashActions } from './crash-actions.ts'

const path = process.argv[2]!
const rounds = Number(process.argv[3] ?? Infinity)
const db = await openDatabase(path, { threads: 1 })
const decision = { by: 'test', now: 1 }
if ((await readActions(db)).length === 0) {
  await propose(db, { actions: crashActions, refusals: [] }, () => ['sales'], decision)
}
process.stdout.write('started\n')
for (let round = 0; round < rounds; round++) {
  for (const { actionId, status } of await readActions(db)) {
    if (status === 'applied') await undo(db, actionId, decision)
    else await apply(db, actionId, decision)
    process.stdout.write(`${actionId}\n`)
  }
}
db.close()
