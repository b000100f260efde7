import { crc32 } from 'node:zlib'
import { requireArgument } from '../../core/errors.ts'
import type { StockCommand, StockLine } from '../stock/types.ts'

/** Stock that is kept on several machines: products are dealt to shards, each with one owner. */
export interface ShardLayout {
  /** Name of the cluster; its streams are called after it. */
  readonly cluster: string
  /** How many shards; the same for as long as the stock lives, because it says where products are. */
  readonly shards: number
}

/** Checks a layout. Throws ERR_ARGUMENT. */
export function requireLayout({ cluster, shards }: ShardLayout): void {
  requireArgument(
    /^[A-Za-z0-9_-]{1,40}$/.test(cluster),
    `cluster is ${JSON.stringify(cluster)}, not up to 40 letters, digits, dashes and underscores`,
  )
  requireArgument(
    Number.isInteger(shards) && shards >= 1 && shards <= 1_024,
    `shards is ${shards}, not a whole number from 1 to 1,024`,
  )
}

/** Shard of a product: 0 to shards − 1, by the CRC-32 of its id. */
export function shardOf({ shards }: ShardLayout, productId: string): number {
  return crc32(productId) % shards
}

/** Shards of the products that a command names, rising; none where it names no product. */
export function shardsOf(layout: ShardLayout, command: StockCommand): readonly number[] {
  const found = new Set(linesOf(command).map(({ productId }) => shardOf(layout, productId)))
  return [...found].sort((a, b) => a - b)
}

function linesOf(command: StockCommand): readonly StockLine[] {
  if ('receipts' in command) return command.receipts
  return 'lines' in command && command.lines !== undefined ? command.lines : []
}

/** Lines, receipts or anything else with a product, by shard, rising. */
export function byShard<Line extends { readonly productId: string }>(
  layout: ShardLayout,
  lines: readonly Line[],
): ReadonlyMap<number, readonly Line[]> {
  const parts = new Map<number, Line[]>()
  for (const line of lines) {
    const shard = shardOf(layout, line.productId)
    const part = parts.get(shard)
    if (part === undefined) parts.set(shard, [line])
    else part.push(line)
  }
  return new Map([...parts].sort(([a], [b]) => a - b))
}

/** The stream that holds a shard's ledger. */
export function streamOf({ cluster }: ShardLayout, shard: number): string {
  return `${cluster}-stock-${shard}`
}

/** Where owners tell that they live: of one shard, or of all (`*`). */
export function beatSubject({ cluster }: ShardLayout, shard: number | '*'): string {
  return `storewright.stock.${cluster}.beat.${shard}`
}

/** Where one owner of a shard takes commands; `epoch` tells it from owners before and after. */
export function commandSubject({ cluster }: ShardLayout, shard: number, epoch: number): string {
  return `storewright.stock.${cluster}.do.${shard}.${epoch}`
}
