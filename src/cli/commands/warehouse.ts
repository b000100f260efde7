import type { Command } from 'commander'
import { addWarehouseAdvise } from './warehouse-advise.ts'
import { addDesignCommands } from './warehouse-design.ts'
import { addWarehouseKnobs } from './warehouse-knobs.ts'
import { addWarehouseLayout } from './warehouse-layout.ts'
import { addPostgresCommands } from './warehouse-postgres.ts'
import { addWarehouseReplay } from './warehouse-replay.ts'
import { addWarehouseReport } from './warehouse-report.ts'
import { addWarehouseWatch } from './warehouse-watch.ts'

/** warehouse: the store's database lays itself out by what is asked of it. */
export function addWarehouseCommands(program: Command): void {
  const warehouse = program
    .command('warehouse')
    .description('how the tables are laid out, pre-computed and queried, by what is asked of them')
  addWarehouseWatch(warehouse)
  addWarehouseAdvise(warehouse)
  addDesignCommands(warehouse)
  addWarehouseReport(warehouse)
  addWarehouseLayout(warehouse)
  addWarehouseKnobs(warehouse)
  addWarehouseReplay(warehouse)
  addPostgresCommands(warehouse)
}
