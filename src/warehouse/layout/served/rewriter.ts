import type { Database } from '../../../core/sql/database.ts'
import type { KnownStatement, Rewriter, StatementTree } from '../../types.ts'
import { scanStatement } from '../../watch/scan.ts'
import { recentMap } from '../../watch/templates.ts'
import { readTree } from '../../watch/tree.ts'
import { applyEdits, type Edit } from './edits.ts'

/** A rewriter of statements on Parquet files that `openParquet` opened. */
export interface ParquetRewriter extends Rewriter {
  /**
   * Takes files opened by `openParquet` under a name into service; false: they have nothing that serves,
   * or it does not hold now. Throws ERR_ARGUMENT, ERR_SQL.
   */
  serve(name: string, path: string): Promise<boolean>
  withdraw(name: string): void
  /** Takes files back into service where what a change put out of it is again as it was. */
  refresh(): Promise<void>
}

/** Files under a name. */
export interface Standing {
  readonly name: string
  readonly path: string
  isServing: boolean
}

/** A reference to the table of a standing that is read otherwise. */
export interface StandingEdit<S extends Standing> extends Edit {
  readonly standing: S
  /** Asked before each use; absent: as long as the standing serves. */
  isUsable?(): boolean
}

/** What a rewriter does for files. */
export interface Service<S extends Standing> {
  /** What its actions are named after. */
  readonly kind: string
  standingOf(name: string, path: string): Promise<S>
  /** The edits of a statement, in the order of their places. */
  editsFor(
    statement: KnownStatement,
    tree: StatementTree,
    serving: readonly S[],
  ): Promise<readonly StandingEdit<S>[]>
  /** Told that a table changes; undefined: any. */
  changed(standing: S, table: string | undefined): void
  /** Whether what serves still holds, for `refresh`; absent: it does until `changed` says otherwise. */
  isCurrent?(standing: S): boolean
}

const MOST_TEMPLATES = 10_000

/** A rewriter that serves nothing yet. */
export function parquetRewriterOf<S extends Standing>(
  db: Database,
  service: Service<S>,
): ParquetRewriter {
  const standings = new Map<string, S>()
  const noPlans = () => recentMap<readonly StandingEdit<S>[]>(MOST_TEMPLATES)
  let plans = noPlans()
  const isUsable = (edit: StandingEdit<S>) => edit.standing.isServing && edit.isUsable?.() !== false
  return {
    rewrite({ sql, spans }) {
      if (standings.size === 0) return undefined
      const edits = plans.get(scanStatement(sql).key)?.filter(isUsable)
      if (edits === undefined || edits.length === 0) return undefined
      const names = [...new Set(edits.map(({ standing }) => standing.name))]
      const actionId = `${service.kind}-${names.join('-')}`
      return { sql: applyEdits(sql, spans, edits), actionId }
    },
    isIdle: () => standings.size === 0,
    knows: (sql) => standings.size === 0 || plans.get(scanStatement(sql).key) !== undefined,
    async meet(statement, shown) {
      const { sql, spans, kinds } = statement
      const { key } = scanStatement(sql)
      plans.set(key, [])
      const serving = [...standings.values()].filter(({ isServing }) => isServing)
      if (serving.length === 0) return
      const tree = shown ?? (await readTree(db, sql, spans, kinds)).tree
      if (tree?.isTrusted) plans.set(key, await service.editsFor(statement, tree, serving))
    },
    changed(table) {
      for (const standing of standings.values()) service.changed(standing, table)
    },
    async serve(name, path) {
      const standing = await service.standingOf(name, path)
      standings.set(name.toLowerCase(), standing)
      plans = noPlans()
      return standing.isServing
    },
    withdraw(name) {
      standings.delete(name.toLowerCase())
      plans = noPlans()
    },
    async refresh() {
      for (const [key, standing] of standings) {
        if (standing.isServing && service.isCurrent?.(standing) !== false) continue
        standings.set(key, await service.standingOf(standing.name, standing.path))
      }
      plans = noPlans()
    },
  }
}
