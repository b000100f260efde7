import type { Command } from 'commander'
import { catalogue, index as searchIndex } from '../../search/index.ts'
import { progressPrinter, stopSignal } from '../output.ts'

interface IndexOptions {
  readonly products: string
  readonly out: string
  readonly roles?: string
  readonly language: readonly string[]
}

/** search index: index a catalogue in a file. */
export function addSearchIndex(search: Command): void {
  search
    .command('index')
    .description('index a catalogue in a file; `search train` does it for a store')
    .requiredOption('--products <file>', 'catalogue: .jsonl, .csv, .tsv (each also .gz), .parquet')
    .requiredOption('--out <file>', 'index to write')
    .option('--roles <file>', 'what the fields are, where it is not to be inferred')
    .option('--language <codes...>', 'languages of the texts', ['en'])
    .addHelpText(
      'after',
      '\nExample:\n  storewright search index --products p.jsonl --out p.index\n  storewright search query "red mug" --index p.index',
    )
    .action(indexFile)
}

async function indexFile(options: IndexOptions): Promise<void> {
  const progress = progressPrinter(false)
  const startedAt = performance.now()
  const signal = stopSignal()
  const reading = {
    signal,
    onFault: 'skip',
    ...(options.roles === undefined ? {} : { roles: catalogue.readRoleSettings(options.roles) }),
  } as const
  const plan = await catalogue.planCatalogue(options.products, reading)
  const index = searchIndex.createIndex(plan.fields, { languages: options.language })
  const report = catalogue.reportOf(plan, reading)
  for await (const batch of catalogue.streamProducts(plan, report, reading)) {
    index.add(batch)
    progress.onProgress({ step: 'index products', done: index.size })
  }
  await index.save(options.out)
  progress.end()
  process.stderr.write(`${catalogue.formatRoles(plan)}\n`)
  const told = catalogue.formatReport(report.report())
  if (told !== '') process.stderr.write(`${told}\n`)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  process.stderr.write(`Indexed ${index.size} products into ${options.out} in ${seconds} s.\n`)
  process.stderr.write(`Next: storewright search query "…" --index ${options.out}\n`)
}
