import type { Command } from 'commander'
import { addSearchEvaluate, addSearchRank } from './search-judged.ts'

/** search rank, search evaluate. */
export function addSearchCommands(program: Command): void {
  const search = program
    .command('search')
    .description('which products a query means, in which order')
  addSearchRank(search)
  addSearchEvaluate(search)
}
