import { StorewrightError } from '../../../core/errors.ts'
import type { Panel } from '../../../core/panel.ts'
import { nets } from '../../../learn/index.ts'
import type { PanelSet } from './series-set.ts'

/** A net that was trained for a forecaster, to start a later training from. */
export interface KeptNet {
  /** Name of the forecaster. */
  readonly name: string
  /** It has seen nothing from this bucket on. */
  readonly trainEnd: number
  /** What its inputs stand for; a net of another layout is of no use. See layoutOf. */
  readonly layout: string
  /** Parameters of each of the nets that are averaged. */
  readonly members: readonly Uint8Array[]
}

/** Where nets are kept between runs. */
export interface NetShelf {
  /** Nets of earlier runs. */
  readonly earlier: readonly KeptNet[]
  /** Takes a net that was trained in this run. */
  keep(net: KeptNet): void
}

/**
 * What the inputs of a net stand for: its shape, the columns of the panel and the names of classes in
 * their order. Series may come and go.
 */
export function layoutOf(
  panel: Panel,
  { seasons }: PanelSet,
  shape: nets.ForecastNetShape,
): string {
  const statics = Object.entries(panel.statics ?? {}).map(([name, column]) => {
    return [name, column.kind, column.kind === 'category' ? column.dictionary : []]
  })
  const known = Object.keys(panel.known?.columns ?? {})
  return JSON.stringify([panel.buckets, seasons, shape, statics, known])
}

/**
 * The members to start from: those of the newest earlier net of that name and layout that has seen
 * nothing from `trainEnd` on, so that a backtest does not learn what it is judged by. Empty where
 * there is none.
 */
export function warmMembers(
  shelf: NetShelf | undefined,
  name: string,
  layout: string,
  trainEnd: number,
): readonly Uint8Array[] {
  let best: KeptNet | undefined
  for (const net of shelf?.earlier ?? []) {
    if (net.name !== name || net.layout !== layout || net.trainEnd > trainEnd) continue
    if (best === undefined || net.trainEnd > best.trainEnd) best = net
  }
  return best?.members ?? []
}

interface KeptMeta {
  readonly kind: 'kept-nets'
  readonly nets: readonly {
    readonly name: string
    readonly trainEnd: number
    readonly layout: string
    readonly members: number
  }[]
}

/** Nets as the bytes of one file. */
export function packNets(kept: readonly KeptNet[]): Uint8Array {
  const meta: KeptMeta = {
    kind: 'kept-nets',
    nets: kept.map(({ members, ...rest }) => ({ ...rest, members: members.length })),
  }
  return nets.packBytes(
    meta,
    kept.flatMap(({ members }) => members),
  )
}

/** What packNets packed. Throws ERR_STORE_DAMAGED on bytes cut short or of another kind. */
export function unpackNets(bytes: Uint8Array): KeptNet[] {
  const { meta, parts } = nets.unpackBytes(bytes)
  const { kind, nets: kept } = meta as Partial<KeptMeta>
  const count = kept?.reduce((sum, { members }) => sum + members, 0)
  if (kind !== 'kept-nets' || kept === undefined || count !== parts.length) {
    throw new StorewrightError('ERR_STORE_DAMAGED', 'these are no nets that were kept', {
      next: 'Delete the file; the nets are trained from the start.',
    })
  }
  let at = 0
  return kept.map(({ members, ...rest }) => {
    at += members
    return { ...rest, members: parts.slice(at - members, at) }
  })
}
