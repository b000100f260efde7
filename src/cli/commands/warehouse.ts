import type { Command } from 'commander'
import { addDesignCommands } from './warehouse-design.ts'
import { addPostgresCommands } from './warehouse-postgres.ts'
import { addWarehouseReplay } from './warehouse-replay.ts'

/** warehouse: the store's database lays itself out by what is asked of it. */
export function addWarehouseCommands(program: Command): void {
  const warehouse = program
    .command('warehouse')
    .description('how the tables are laid out, pre-computed and queried, by what is asked of them')
  addDesignCommands(warehouse)
  addWarehouseReplay(warehouse)
  addPostgresCommands(warehouse)
}
