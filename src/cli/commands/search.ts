import type { Command } from 'commander'
import { addSearchEvaluate } from './search-evaluate.ts'
import { addSearchIndex } from './search-index.ts'
import { addSearchRank } from './search-judged.ts'
import { addSearchStore } from './search-store.ts'

/** search index, query, train, evaluate, replay, rank, simulate, log. */
export function addSearchCommands(program: Command): void {
  const search = program
    .command('search')
    .description('which products a query means, in which order')
    .addHelpText(
      'after',
      `
Examples:
  storewright search query "copper wok" --store my-store    the first results, and what brought them
  storewright search train --store my-store                 learn from searches and clicks
  storewright search evaluate --store my-store              day by day, and against the static default
  storewright search rank --products p.jsonl --queries q.csv --train t.csv --out run.csv`,
    )
  addSearchIndex(search)
  addSearchStore(search)
  addSearchEvaluate(search)
  addSearchRank(search)
}
