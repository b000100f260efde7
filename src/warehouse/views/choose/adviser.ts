import { StorewrightError } from '../../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { throwIfStopped } from '../../../core/progress.ts'
import type { Database } from '../../../core/sql/database.ts'
import { cpuNow } from '../../../core/sql/observe.ts'
import { runWithLimit } from '../../steering/measure.ts'
import type { Action, Refusal } from '../../types.ts'
import { basesOf } from '../answer/bases.ts'
import { buildStatements, dropStatements, type ViewDefinition } from '../answer/definition.ts'
import { matchView } from '../answer/match.ts'
import { sampleRows } from '../knobs.ts'
import { type Catalogue, readCatalogue } from '../read/catalogue.ts'
import { print, Unserved } from '../read/expression.ts'
import { anticipate } from './anticipate.ts'
import { type Candidate, candidatesOf, noCandidate } from './candidate.ts'
import { choose, type Offer } from './choose.ts'
import { type Demand, type ReadDemand, readDemand } from './demand.ts'
import { lookEffort, whyNotLooked, whyNotRead } from './effort.ts'
import { pairsOf, type Wished } from './merged.ts'
import { orderOffers, weighed } from './offers.ts'
import { drawSample, dropSample, type Sample } from './sample.ts'
import type { ChangesSeen } from './upkeep.ts'
import { type MovingCondition, type Wish, wishOf } from './wish.ts'
import { statementInWords, wishInWords } from './words.ts'

/** What advice is asked with. */
export interface ViewAdviceOptions {
  readonly seed: number
  readonly storageBytes: number
  /** Views that count as serving what they match. */
  readonly standing: readonly Action[]
  /** Names of all views in the database. */
  readonly present: readonly string[]
  /** How often tables were changed over the time that the demands were counted in. */
  readonly changes?: ReadonlyMap<string, ChangesSeen>
  /** Length of time that the demands were counted in, days. */
  readonly days: number
  /** Days within which a view must have paid; default: `days`. */
  readonly horizonDays?: number
  /** Whether to propose views for filters that nobody used yet on plots that others filter. */
  readonly isAnticipating: boolean
  readonly settings?: KnobSettings
  /** Sizes of row groups that an order of rows is learned for; default: those that the database can have. */
  readonly groupRows?: readonly number[]
  readonly signal?: AbortSignal
}

export interface ViewAdvice {
  readonly actions: readonly Action[]
  readonly refusals: readonly Refusal[]
}

/**
 * Which views would serve what is asked, the best first, within the storage, and why not the rest.
 * Reads the database; its temporary tables are gone at the end.
 */
export async function adviseViews(
  db: Database,
  demands: readonly Demand[],
  options: ViewAdviceOptions,
): Promise<ViewAdvice> {
  const refusals: Refusal[] = []
  const refuse = (target: string, reason: string) => refusals.push({ kind: 'view', target, reason })
  const worth = demands.filter((demand) => {
    const why = whyNotRead(demand, options, options.settings)
    const asked = statementInWords(demand.statements.at(-1) ?? '')
    if (why !== undefined) refuse(demand.fingerprint, `${asked}: ${why}`)
    return why === undefined
  })
  if (worth.length === 0) return { actions: [], refusals }
  const catalogue = await readCatalogue(db)
  const read = await readDemands(db, catalogue, worth, refuse, options)
  const standing = options.standing.filter(({ kind }) => kind === 'view')
  const views = standing.map(({ definition }) => JSON.parse(definition) as ViewDefinition)
  const open = read.filter(({ shape }) => !views.some((view) => serves(shape, view)))
  const samples = new Map<string, Sample>()
  try {
    const offers: Offer[] = []
    const wishes = wishesOf(open, read, options)
    for (const wished of [...wishes, ...pairsOf(wishes)]) {
      throwIfStopped(options.signal)
      const sample = await sampleOf(db, catalogue, wished.wish.tables, samples, options)
      try {
        const found = await lookWithinLimit(db, sample, wished, options)
        if (found.length === 0) throw noCandidate()
        for (const candidate of found) {
          const isKnown = offers.some(({ target }) => target === candidate.view.name)
          // Rows in the order of a filter pay where its statements are many; for hopes they are too dear.
          const keepsRows = candidate.view.grain === 'rows' || candidate.view.rowsBy !== undefined
          const isHope = wished.demands.length === 0 && keepsRows
          if (isKnown || isHope || stands(candidate, options)) continue
          if (!isMuchSmaller(candidate, wished.demands)) continue
          const { demands, hopedCpuMs } = wished
          const served = open.filter((d) => demands.includes(d) || serves(d.shape, candidate.view))
          const { wholeRows } = sample
          offers.push(weighed(candidate, served, { hopedCpuMs, wholeRows }, catalogue, options))
        }
      } catch (error) {
        const isOurs = error instanceof Unserved || error instanceof StorewrightError
        if (!isOurs) throw error
        const why = `${wishInWords(wished.wish)}: ${error.message}`
        for (const { demand } of wished.demands) refuse(demand.fingerprint, why)
      }
    }
    const ordered = await orderOffers(db, catalogue, offers, options)
    const chosen = choose(ordered, options.storageBytes)
    for (const { offer, reason } of chosen.left) {
      refuse(offer.target, `${wishInWords(offer.candidate.wish)}: ${reason}`)
    }
    const actions = chosen.taken.map((offer) => actionOf(offer, catalogue, options))
    return { actions, refusals }
  } finally {
    for (const sample of samples.values()) await dropSample(db, sample)
  }
}

/**
 * Views for a wish, where looking at it is worth it: that is given up once it takes more than a share of
 * what it could save. Joins are looked at whole, and without the conditions that move many more rows may
 * meet than is known before.
 */
async function lookWithinLimit(
  db: Database,
  sample: Sample,
  wished: Wished,
  options: ViewAdviceOptions,
): Promise<readonly Candidate[]> {
  const { settings = {} } = options
  const { wish } = wished
  const effort = lookEffort(wished, options, settings)
  const why = whyNotLooked(sample, wish, effort)
  if (why !== undefined) throw new Unserved(why)
  const limitMs = wish.tables.length > 1 ? effort.hopedMs : Number.POSITIVE_INFINITY
  const look = () => candidatesOf(db, sample, wish, { settings })
  const { result } = await runWithLimit(db, limitMs, cpuNow, look)
  if (result === undefined) {
    throw new Unserved(`its join was looked at for ${Math.round(limitMs)} ms of CPU: too large`)
  }
  return result
}

async function readDemands(
  db: Database,
  catalogue: Catalogue,
  demands: readonly Demand[],
  refuse: (target: string, reason: string) => void,
  { signal }: ViewAdviceOptions,
): Promise<ReadDemand[]> {
  const read: ReadDemand[] = []
  for (const demand of demands) {
    throwIfStopped(signal)
    try {
      read.push(...(await readDemand(db, catalogue, demand)))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const asked = statementInWords(demand.statements.at(-1) ?? '')
      refuse(demand.fingerprint, `${asked}: ${error.message}`)
    }
  }
  return read
}

function wishesOf(
  open: readonly ReadDemand[],
  all: readonly ReadDemand[],
  { isAnticipating }: ViewAdviceOptions,
): Wished[] {
  const byKey = new Map<string, { wish: Wish; demands: ReadDemand[]; hopedCpuMs: number }>()
  for (const demand of open) {
    const wish = wishOf(demand)
    const key = keyOf(wish)
    const entry = byKey.get(key)
    if (entry === undefined) byKey.set(key, { wish, demands: [demand], hopedCpuMs: 0 })
    else {
      entry.demands.push(demand)
      entry.wish = merge(entry.wish, wish)
    }
  }
  if (!isAnticipating) return [...byKey.values()]
  for (const { wish, hopedCpuMs } of anticipate(all)) {
    if (!byKey.has(keyOf(wish))) byKey.set(keyOf(wish), { wish, demands: [], hopedCpuMs })
  }
  return [...byKey.values()]
}

/** Wishes with the same groups, conditions and what moves differ in sign or spelling of constants alone. */
function keyOf({ tables, outer, groups, still, moving }: Wish): string {
  const over = moving.flatMap((m) => m.over.map((e) => print(e))).sort()
  return JSON.stringify([
    tables,
    outer,
    groups.map((e) => print(e)).sort(),
    still.map((e) => print(e)).sort(),
    over,
  ])
}

/** One wish for both: the aggregates of both, and the constants that both were seen with. */
function merge(a: Wish, b: Wish): Wish {
  const overOf = ({ over }: MovingCondition) => over.map((e) => print(e)).join()
  const moving = a.moving.map((m) => {
    const other = b.moving.find((o) => overOf(o) === overOf(m))
    if (other === undefined) return m
    const { bounds, examples } = other
    return { ...m, bounds: [...m.bounds, ...bounds], examples: [...m.examples, ...examples] }
  })
  return { ...a, aggregates: [...a.aggregates, ...b.aggregates], moving }
}

async function sampleOf(
  db: Database,
  catalogue: Catalogue,
  tables: readonly string[],
  samples: Map<string, Sample>,
  { seed, settings }: ViewAdviceOptions,
): Promise<Sample> {
  const key = tables.join('\n')
  const found = samples.get(key)
  if (found !== undefined) return found
  const rows = Math.max(...tables.map((t) => catalogue.tables.get(t.toLowerCase())!.rows))
  const name = `storewright_sample_${samples.size}`
  const sample = await drawSample(db, tables, rows, {
    rows: readKnob(sampleRows, settings),
    seed,
    name,
  })
  samples.set(key, sample)
  return sample
}

/** A second view of what a first one answers must read far fewer rows than it. */
function isMuchSmaller({ rows }: Candidate, demands: readonly ReadDemand[]): boolean {
  return demands.every(({ demand }) => rows < (demand.servedRows ?? Number.POSITIVE_INFINITY) / 3)
}

/** Exactly this view is there already. */
function stands({ view }: Candidate, { present }: ViewAdviceOptions): boolean {
  return present.includes(view.name)
}

function serves(shape: ReadDemand['shape'], view: ViewDefinition): boolean {
  try {
    matchView(shape, view)
    return true
  } catch (error) {
    if (error instanceof Unserved) return false
    throw error
  }
}

function actionOf(offer: Offer, catalogue: Catalogue, { days }: ViewAdviceOptions): Action {
  const { rows, bytes } = offer.candidate
  const view = { ...offer.candidate.view, bases: basesOf(offer.candidate.view, catalogue) }
  const saved = offer.savings.reduce((sum, s) => sum + s.savedCpuMs, offer.hopedCpuMs)
  const statements = offer.savings.reduce((sum, s) => sum + s.demand.demand.count, 0)
  const what = view.grain === 'cells' ? 'cells' : 'narrow rows'
  return {
    actionId: view.name,
    kind: 'view',
    target: view.name,
    summary: `Keep ${wishInWords(offer.candidate.wish)} as about ${Math.round(rows)} ${what} of ${view.keys.length} keys${inOrder(offer.candidate)}`,
    reasons:
      statements > 0
        ? [
            `${Math.round(statements)} statements of ${offer.savings.length} ${offer.savings.length === 1 ? 'template' : 'templates'} can be answered from it`,
          ]
        : [
            'Other columns of the same plots are filtered; statements that filter these are expected',
          ],
    fingerprints: offer.savings.map((s) => s.demand.demand.fingerprint),
    predicted: {
      savedCpuMsPerDay: saved / days,
      upkeepCpuMsPerDay: offer.upkeepCpuMs / days,
      buildCpuMs: offer.buildCpuMs + offer.judgeCpuMs,
      storageBytes: Math.round(bytes),
    },
    apply: buildStatements(view),
    undo: dropStatements(view),
    definition: JSON.stringify(view),
  }
}

function inOrder({ order, view: { groupRows } }: Candidate): string {
  if (order === undefined) return ''
  return `, laid out by ${order}${groupRows === undefined ? '' : `, in row groups of ${groupRows}`}`
}
