import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import type { Action, Rewriter, StatementTree, TableChange, Template } from '../types.ts'
import { VIEW_SCHEMA, type ViewDefinition, viewTable } from './answer/definition.ts'
import type { Edges } from './answer/edges.ts'
import { matchView, type Plan } from './answer/match.ts'
import { splice } from './answer/splice.ts'
import { TIED } from './answer/ties.ts'
import { TWO_ZEROS } from './answer/zeros.ts'
import { READ_ROW_MS } from './choose/effort.ts'
import {
  type Change,
  changeSince,
  type Refreshed,
  readEdges,
  refreshView,
  rowsBehind,
  sortView,
} from './fresh/refresh.ts'
import { unionShare } from './knobs.ts'
import { type Block, readBlocks } from './read/blocks.ts'
import { type Catalogue, readCatalogue } from './read/catalogue.ts'
import { Unserved } from './read/expression.ts'
import { type Literals, scanLiterals } from './read/literals.ts'
import type { Shape } from './read/shape.ts'
import { textOf } from './read/spans.ts'

/** Answers statements from views, and keeps the views in step with their tables. */
export interface ViewRewriter extends Rewriter {
  rewrite(statement: {
    readonly sql: string
    readonly template?: Template
  }): { readonly sql: string; readonly actionId: string } | undefined
  /**
   * Makes the template of a statement known: parses it once and finds the views that serve it.
   * Returns why none does, or undefined. Statements of templates that were not met run as they are.
   */
  meet(statement: { readonly sql: string }, tree?: StatementTree): Promise<string | undefined>
  /** True where groups are equal in the order of the statement: for a while others are asked as they are. */
  failed(
    statement: { readonly sql: string },
    run: { readonly actionId: string; readonly message: string },
  ): boolean
  /** Whether a view, in service or out of it, is on tables that the statement names. */
  concerns(sql: string): boolean
  /** Whether the template of a statement was met, or no view that answers now is on tables it names. */
  knows(sql: string): boolean
  /**
   * Takes a view that stands in the database into service. Where it was built before the database was
   * opened (`isBefore`, the default), others may have changed its tables: that is found out first, and a
   * view whose tables changed waits for `refresh`. Throws where its definition is no view's.
   */
  serve(action: Action, isBefore?: boolean): Promise<void>
  /** Takes a view out of service; undoing its action in the database is the caller's. */
  withdraw(actionId: string): void
  /**
   * Takes views on a table, undefined: on any, out of service until `refresh`; without `how` anything may
   * have changed.
   */
  changed(table: string | undefined, how?: TableChange): void
  /**
   * Brings views that are out of service up to date and back, all or those that `isWanted`; those that
   * fail stay out. Views with rows behind their order are put in order where that is wanted, of all
   * those where such rows are many.
   */
  refresh(isWanted?: (waiting: Waiting) => boolean): Promise<readonly RefreshOutcome[]>
  /** Rows of a view in service; 0: it is not. */
  rowsOf(actionId: string): number
  /** Rows of it that lie behind those in the order that was learned for them. */
  behindOf(actionId: string): number
  /** Views in service that answer the template of a statement, by action. */
  servedBy(sql: string): readonly string[]
}

/** A view that is out of service until it is refreshed, or has rows that are not in its order. */
export interface Waiting {
  readonly actionId: string
  /** 'unsorted': it answers, but reads all that was added since it was put in order. */
  readonly change: Change | 'unsorted'
  /** CPU that reading those rows took, ms. */
  readonly behindMs: number
  /** Statements it would have answered since it went out. */
  readonly missed: number
  /** Statements it answered between the last refresh and the change. */
  readonly answered: number
}

/** What became of a view that was to be refreshed. */
export interface RefreshOutcome {
  readonly actionId: string
  readonly refreshed: Refreshed | 'failed'
  readonly cpuMs: number
  /** The message, where it failed. */
  readonly failed?: string
}

interface Standing {
  readonly action: Action
  readonly view: ViewDefinition
  /** Its tables as statements write them, in small letters. */
  readonly names: readonly string[]
  edges: ReadonlyMap<string, Edges>
  rows: number
  readonly unionShare: number
  /** Rows behind those in its order, and CPU that reading them took since they were put in order, ms. */
  behind: number
  behindMs: number
  /** Undefined while in service. */
  change: Change | undefined
  missed: number
  answered: number
}

const COUNTS = { rows: 0, missed: 0, answered: 0, behind: 0, behindMs: 0 } as const
const NEW_STANDING = { edges: new Map(), change: 'other', ...COUNTS } as const

/** Share of the rows of a view that may lie behind its order: each is sorted a few times only, however often some come. */
const MOST_BEHIND = 0.2

function areManyBehind({ rows, behind }: Standing): boolean {
  return behind > MOST_BEHIND * rows
}

/** A part of statements that views answer by itself; without a span: all of them. */
interface KnownBlock extends Block {
  plans: readonly { readonly plan: Plan; readonly standing: Standing }[]
}

interface KnownTemplate {
  readonly blocks: readonly KnownBlock[]
  /** What it says may not hold any more: it is met again before a view answers it. */
  isStale: boolean
  readonly reason: string | undefined
  /** Statements that groups were equal in the order of, and that are asked as they are until it counts down. */
  tied: number
  waits: number
}

const NEW_TEMPLATE = { isStale: false, tied: 0, waits: 0 }
/** After each tie twice as many statements of a template as before are asked as they are, up to so many. */
const MOST_WAITS = 256

/** Templates that are kept; the oldest are forgotten and met again. */
const MAX_TEMPLATES = 10_000

/** A rewriter without views; `serve` gives it some. It reads `db` when it meets, serves and refreshes. */
export function createViewRewriter(db: Database, settings: KnobSettings = {}): ViewRewriter {
  const union = readKnob(unionShare, settings)
  const views = new Map<string, Standing>()
  const templates = new Map<string, KnownTemplate>()
  let catalogue: Catalogue | undefined

  const plansOf = (shape: Shape) =>
    [...views.values()]
      .flatMap((standing) => {
        const plan = planOf(shape, standing.view)
        return plan === undefined ? [] : [{ plan, standing }]
      })
      .sort((a, b) => a.standing.rows - b.standing.rows)
  const planAll = () => {
    for (const template of templates.values()) {
      for (const block of template.blocks) block.plans = plansOf(block.shape)
    }
  }
  const doubtShapes = (table: string | undefined) => {
    catalogue = undefined
    for (const template of templates.values()) {
      const { blocks, reason } = template
      const isOnIt = table === undefined || blocks.some(({ shape }) => shape.reads.includes(table))
      if (isOnIt || reason !== undefined) template.isStale = true
    }
  }
  const namedIn = (sql: string) => {
    const words = sql.toLowerCase()
    return [...views.values()].filter(({ names }) => names.every((name) => words.includes(name)))
  }
  /** Whether a view that answers could answer it: all tables of the view are named in it. */
  const mayBeServed = (sql: string) => {
    return namedIn(sql).some(({ change }) => change === undefined)
  }
  const load = async (standing: Standing) => {
    standing.edges = await readEdges(db, standing.view)
    const counted = await db.answer(`SELECT count(*) FROM ${viewTable(standing.view.name)}`)
    standing.rows = Number(counted.columns[0]![0])
    standing.behind = await rowsBehind(db, standing.view, standing.rows)
    standing.change = undefined
    standing.missed = 0
    standing.answered = 0
  }

  return {
    isIdle: () => views.size === 0,
    rewrite: ({ sql }) => {
      const literals = scanLiterals(sql)
      const template = literals && templates.get(literals.skeleton)
      if (literals === undefined || template === undefined) return undefined
      if (template.waits > 0) {
        template.waits--
        return undefined
      }
      return rewriteBlocks(literals, template)
    },
    failed({ sql }, { message }) {
      const template = templates.get(scanLiterals(sql)?.skeleton ?? '')
      const isOpen = message.includes(TIED) || message.includes(TWO_ZEROS)
      if (template === undefined || !isOpen) return false
      template.tied++
      template.waits = Math.min(MOST_WAITS, 2 ** template.tied)
      return true
    },
    concerns: (sql) => views.size > 0 && namedIn(sql).length > 0,
    knows: (sql) => {
      if (views.size === 0 || !mayBeServed(sql)) return true
      const literals = scanLiterals(sql)
      return literals === undefined || templates.get(literals.skeleton)?.isStale === false
    },
    async meet({ sql }, tree) {
      const skeleton = scanLiterals(sql)?.skeleton
      if (skeleton === undefined) return 'it holds parameters or unusual constants'
      catalogue ??= await readCatalogue(db)
      let template: KnownTemplate
      try {
        const blocks = await readBlocks(db, catalogue, sql, tree?.node)
        const known = blocks.map((block) => ({ ...block, plans: plansOf(block.shape) }))
        template = { ...NEW_TEMPLATE, blocks: known, reason: undefined }
      } catch (error) {
        template = { ...NEW_TEMPLATE, blocks: [], reason: reasonOf(error) }
      }
      templates.set(skeleton, template)
      if (templates.size > MAX_TEMPLATES) templates.delete(templates.keys().next().value!)
      const isServed = template.blocks.some(({ plans }) => plans.length > 0)
      return template.reason ?? (isServed ? undefined : 'no view serves it')
    },
    async serve(action, isBefore = true) {
      const view = JSON.parse(action.definition) as ViewDefinition
      const names = view.tables.map((table) => table.replaceAll('"', '""').toLowerCase())
      const standing: Standing = { action, view, names, unionShare: union, ...NEW_STANDING }
      // What is not there, or in another form, is built by `refresh`.
      if (await isThere(db, view)) {
        await load(standing)
        if (isBefore) standing.change = await changeSince(db, view)
      }
      views.set(action.actionId, standing)
      planAll()
    },
    withdraw(actionId) {
      views.delete(actionId)
      planAll()
    },
    changed(table, how = 'other') {
      const name = table?.toLowerCase()
      for (const standing of views.values()) {
        const isOnIt = ({ tables }: ViewDefinition) => tables.some((t) => t.toLowerCase() === name)
        if (name !== undefined && !isOnIt(standing.view)) continue
        if (standing.change !== 'other') standing.change = how === 'append' ? 'append' : 'other'
      }
      if (how === 'other') {
        doubtShapes(name === undefined ? undefined : (catalogue?.tables.get(name)?.name ?? table))
      }
    },
    async refresh(isWanted) {
      const isQuiet = isWanted === undefined
      const outcomes: RefreshOutcome[] = []
      for (const [actionId, standing] of views) {
        const { missed, answered, behindMs } = standing
        const change = standing.change ?? (standing.behind > 0 ? 'unsorted' : undefined)
        if (change === undefined) continue
        if (isWanted?.({ actionId, change, missed, answered, behindMs }) === false) continue
        if (isQuiet && change === 'unsorted' && !areManyBehind(standing)) continue
        const startedAt = cpuNow()
        const spent = () => cpuNow() - startedAt
        try {
          let refreshed: Refreshed = 'unchanged'
          if (change !== 'unsorted') {
            refreshed = await refreshView(db, standing.view, change)
            await load(standing)
          }
          if (isQuiet ? areManyBehind(standing) : change === 'unsorted') {
            refreshed = await sortView(db, standing.view)
            standing.behind = 0
          }
          if (standing.behind === 0) standing.behindMs = 0
          outcomes.push({ actionId, refreshed, cpuMs: spent() })
        } catch (error) {
          const failed = reasonOf(error)
          // It is tried again when it is missed again.
          Object.assign(standing, { missed: 0, answered: 0, behindMs: 0 })
          outcomes.push({ actionId, refreshed: 'failed', cpuMs: spent(), failed })
        }
      }
      if (outcomes.length > 0) planAll()
      return outcomes
    },
    rowsOf: (actionId) => views.get(actionId)?.rows ?? 0,
    behindOf: (actionId) => views.get(actionId)?.behind ?? 0,
    servedBy: (sql) => {
      const skeleton = scanLiterals(sql)?.skeleton
      const blocks = skeleton === undefined ? [] : (templates.get(skeleton)?.blocks ?? [])
      return blocks.flatMap(({ plans }) => plans.map(({ standing }) => standing.action.actionId))
    },
  }
}

/** A statement with the parts that views answer in place of its own; the rest as it was asked. */
function rewriteBlocks(
  literals: Literals,
  { blocks, isStale }: KnownTemplate,
): { readonly sql: string; readonly actionId: string } | undefined {
  let [sql, slot, until] = ['', 0, 0]
  let actionId: string | undefined
  const ask = (end: number, endSlot: number) => {
    sql += textOf(
      literals.skeleton,
      { start: until, end, firstSlot: slot, endSlot },
      literals.texts,
    )
  }
  for (const { plans, span } of blocks) {
    const answered = answerOf(plans, literals, isStale)
    if (answered === undefined) continue
    actionId ??= answered.actionId
    if (span === undefined) return answered
    ask(span.start, span.firstSlot)
    sql += `${answered.sql} `
    slot = span.endSlot
    until = span.end
  }
  if (actionId === undefined) return undefined
  ask(literals.skeleton.length, literals.texts.length)
  return { sql, actionId }
}

function answerOf(
  plans: KnownBlock['plans'],
  literals: Literals,
  isStale: boolean,
): { readonly sql: string; readonly actionId: string } | undefined {
  for (const { plan, standing } of plans) {
    if (standing.change !== undefined) {
      standing.missed++
      continue
    }
    if (isStale) continue
    const sql = splice(plan, literals.texts, standing)
    if (sql === undefined) continue
    standing.answered++
    standing.behindMs += standing.behind * READ_ROW_MS
    return { sql, actionId: standing.action.actionId }
  }
  return undefined
}

/** Whether the tables of a view stand, in the form they have now. */
async function isThere(db: Database, { name }: ViewDefinition): Promise<boolean> {
  const { columns } = await db.answer(
    `SELECT count(*) FILTER (table_name = $1), count(*) FILTER (table_name = $2 AND column_name = 'checksum')
     FROM duckdb_columns()
     WHERE database_name = current_database() AND schema_name = '${VIEW_SCHEMA}'`,
    [name, `${name}_mark`],
  )
  return columns.every(([count]) => Number(count) > 0)
}

/** Undefined where the view does not serve the shape. */
function planOf(shape: Shape, view: ViewDefinition): Plan | undefined {
  try {
    return matchView(shape, view)
  } catch (error) {
    if (error instanceof Unserved) return undefined
    throw error
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
