import type { Database, SqlValue } from '../core/sql/database.ts'

/** Statements that differ in constants alone share a template. */
export interface Template {
  /** Hash of the template's text, hexadecimal; the name of the template everywhere. */
  readonly fingerprint: string
  /** The statement with ? for each constant, for people. */
  readonly sql: string
  /** 'select' may be rewritten and steered; 'other' (writes, DESCRIBE, settings) never is. */
  readonly kind: 'select' | 'other'
  /** Tables it reads, sorted; empty where it could not be parsed. */
  readonly tables: readonly string[]
}

/** What one operator of a plan expected and found. */
export interface OperatorSeen {
  readonly operator: string
  /** The table of a scan. */
  readonly table?: string
  /** Absent where DuckDB gives none, as for small groupings. */
  readonly estimatedRows?: number
  readonly rows: number
  readonly cpuMs: number
}

/** One run of a statement, as it was watched. */
export interface StatementSeen {
  readonly fingerprint: string
  /** The statement as it was asked; absent where values are private. */
  readonly sql?: string
  /** Start, epoch ms. */
  readonly at: number
  /** What asked, such as 'dashboard' or 'nightly'. */
  readonly askedBy?: string
  /** Constants in the order of the template's ?; hashed where private. */
  readonly constants: readonly SqlValue[]
  readonly wallMs: number
  /** Absent where it was not measured (other statements ran beside it). */
  readonly cpuMs?: number
  readonly rowsReturned: number
  readonly rowsScanned?: number
  /** The most that buffers took, from a sampled profile. */
  readonly memoryBytes?: number
  /** Read of files, what the system kept of them in memory too; from a sampled profile, by process. */
  readonly bytesRead?: number
  /** The action that answered it in place of the tables. */
  readonly actionId?: string
  /** The arm it was steered by. */
  readonly arm?: string
  /** From a sampled profile. */
  readonly operators?: readonly OperatorSeen[]
  /** The message, where it failed. */
  readonly failed?: string
}

/** All that is known of one template. */
export interface TemplateLoad {
  readonly template: Template
  readonly count: number
  readonly failures: number
  /** CPU of all its runs, ms; from wall time where CPU was not measured. */
  readonly totalCpuMs: number
  /** Of runs as asked; of all where there were none. */
  readonly p50CpuMs: number
  readonly p95CpuMs: number
  /** Rows returned, the mean of its runs. */
  readonly meanRows?: number
  /** Runs that were rewritten or steered, where there were any. */
  readonly tuned?: {
    readonly count: number
    readonly p50CpuMs: number
    readonly p95CpuMs: number
  }
  readonly firstAt: number
  readonly lastAt: number
  /** A bounded sample of its runs, oldest first, drawn evenly from all. */
  readonly sample: readonly StatementSeen[]
  /** A whole statement as it was asked, for what needs to run it; absent where values are private. */
  readonly example?: string
}

/** What was asked of a database, by template, the dearest first. */
export interface Workload {
  readonly templates: readonly TemplateLoad[]
  readonly fromMs: number
  readonly toMs: number
}

/** What can be done to a database. */
export const ACTION_KINDS = ['view', 'layout', 'plan', 'knob', 'index'] as const
export type ActionKind = (typeof ACTION_KINDS)[number]

/** proposed → approved → applied → undone; refused by a person; failed with a reason. */
export const ACTION_STATUSES = [
  'proposed',
  'approved',
  'applied',
  'undone',
  'refused',
  'failed',
] as const
export type ActionStatus = (typeof ACTION_STATUSES)[number]

/** What an action saves and costs. All at the pace of the workload it was judged on. */
export interface Gain {
  /** CPU ms saved a day, before upkeep. */
  readonly savedCpuMsPerDay: number
  /** CPU ms of upkeep a day: refreshes, rewrites, exploring. */
  readonly upkeepCpuMsPerDay: number
  /** CPU ms to make it once. */
  readonly buildCpuMs: number
  readonly storageBytes: number
}

/** One thing to do to the design of a database, with its reason and its way back. */
export interface Action {
  readonly actionId: string
  readonly kind: ActionKind
  /** The view, table, fingerprint or setting it makes or changes. */
  readonly target: string
  /** One line for a person. */
  readonly summary: string
  readonly reasons: readonly string[]
  /** Templates it serves. */
  readonly fingerprints: readonly string[]
  readonly predicted: Gain
  /** Absent until it was tried on the real data. */
  readonly measured?: Gain
  /** Statements that make it, run in one transaction. */
  readonly apply: readonly string[]
  /** Statements that unmake it, run in one transaction. */
  readonly undo: readonly string[]
  /** What the part that proposed it needs to use it again after a restart; JSON. */
  readonly definition: string
}

/** Why nothing was done where something might have been. */
export interface Refusal {
  readonly kind: ActionKind
  /** The table or fingerprint it would have served. */
  readonly target: string
  readonly reason: string
}

/** What an adviser says of a workload: what to do, the best first, and why not the rest. */
export interface Advice {
  readonly actions: readonly Action[]
  readonly refusals: readonly Refusal[]
}

/** What an adviser may use. */
export interface AdviseOptions {
  readonly seed: number
  readonly now: number
  /** Bytes that all actions may take together. */
  readonly storageBytes: number
  /** Actions that stand already. */
  readonly standing: readonly Action[]
  /** Days within which what is made must have paid; what may be spent on advising is in proportion. */
  readonly horizonDays?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, what: string) => void
}

/** One way to better the design of a database. It reads `db` and may make temporary tables in it, nothing else. */
export interface Adviser {
  readonly kind: ActionKind
  /** CPU ms that its first look takes, whatever it finds; absent: next to nothing. */
  readonly leastCpuMs?: number
  advise(workload: Workload, db: Database, options: AdviseOptions): Promise<Advice>
}

/** What a constant is in the text; a list is the whole inside of IN (…) where all of it is constant. */
export type ConstantKind = 'number' | 'text' | 'list'

/** A statement on its way to the database, its template known. */
export interface KnownStatement {
  readonly sql: string
  readonly template: Template
  /**
   * The constants of this statement, in the order of the template's ?. Numbers may have lost digits
   * (the text between their spans has all), texts are unquoted, lists are the text as written.
   */
  readonly constants: readonly SqlValue[]
  /** Of each constant; the same for all statements of a template. */
  readonly kinds: readonly ConstantKind[]
  /**
   * Where constants stand in `sql`: start0, end0, start1, end1, … in UTF-16 units, signs and quotes
   * inside, ascending. New text can be spliced in without parsing.
   */
  readonly spans: Int32Array
}

/** One node of a statement's tree as DuckDB serializes it. */
export interface TreeNode {
  readonly [property: string]: unknown
  /** Of a constant: its place among the template's constants; absent where it stays in the template. */
  readonly slot?: number
}

/** What the first look at a template's tree told. */
export interface StatementTree {
  /** The node of the one SELECT (json_serialize_sql … statements[0].node), constants with `slot`. */
  readonly node: TreeNode
  /**
   * Whether the tree stays the same whatever the constants are: tried with others. Statements of a
   * template that is not are watched and never rewritten or steered.
   */
  readonly isTrusted: boolean
  /** Whether the same tables give the same answer: no clock, no chance, no settings. */
  readonly isRepeatable: boolean
}

/**
 * How a table changed: rows were added behind the others; rows came, went or changed, and its columns
 * are what they were; or anything may have changed.
 */
export type TableChange = 'append' | 'rows' | 'other'

/** A statement to run in place of another. */
export interface Rewritten {
  readonly sql: string
  readonly actionId: string
  /** Whether it may become more: `meet` is to be called as where nothing was rewritten. */
  readonly isToMeet?: boolean
}

/** Answers statements by others with the same rows, columns, names and types. Synchronous: some µs a statement. */
export interface Rewriter {
  /** The statement to run instead, and the action it uses; undefined: run it as it is. */
  rewrite(statement: KnownStatement): Rewritten | undefined
  /** Whether it rewrites nothing, whatever is asked; cheap. Absent: it may. */
  isIdle?(): boolean
  /** Whether it may ever answer a statement, by its words alone; default: it may. */
  concerns?(sql: string): boolean
  /**
   * Told that a table changes, before the change and again after it: views on it must not answer until
   * they are refreshed. The name is as written, with its schema where that is given: compare without
   * case; undefined: any table may have changed. Default 'other'.
   */
  changed(table: string | undefined, how?: TableChange): void
  /**
   * Shown the first statement of each template and its tree, before it runs: the place to work out
   * once what `rewrite` then does by splicing. Again without the tree, where it was forgotten.
   */
  meet?(statement: KnownStatement, tree?: StatementTree): unknown
  /**
   * Whether there is nothing more to know of statements written like this one: they were met and are not
   * forgotten, or nothing that stands may answer them. Asked where nothing was rewritten; where not,
   * `meet` is called, once that is worth it. Absent: the first of each template is enough.
   */
  knows?(sql: string): boolean
  /**
   * Told that what a statement was rewritten to failed and that it ran as it was asked; true: that is no
   * fault, and others of its template may be rewritten to it. Absent: it is none of them any more.
   */
  failed?(
    statement: KnownStatement,
    run: { readonly actionId: string; readonly message: string },
  ): boolean
  /**
   * Told what a statement took, and which action answered it; absent: the tables. `isWatched`: it was only
   * watched, and is advised on with all that was.
   */
  learn?(
    statement: KnownStatement,
    run: { readonly cpuMs: number; readonly actionId?: string; readonly isWatched?: boolean },
  ): void
}

/** Chooses the settings of the optimizer a statement runs under, and learns from what came of it. */
export interface Steerer {
  /**
   * Settings to run under and the CPU time at which to interrupt and run by default; undefined: the
   * default. The arm 'default' with a limit: when it is reached, `learn` is told and `choose` asked
   * again, once. The tree of the statement need not have been read.
   */
  choose(statement: KnownStatement):
    | {
        readonly arm: string
        readonly set: readonly string[]
        readonly reset: readonly string[]
        /** The same question asked otherwise; the answer has the same rows, names and types. */
        readonly sql?: string
        readonly limitMs: number
      }
    | undefined
  /** Whether it may want anything but the default for a statement, by its words alone; default: it may. */
  concerns?(sql: string): boolean
  /** What a run under an arm ('default' too) took; `interrupted`: it reached its limit. */
  learn(
    statement: KnownStatement,
    run: { readonly arm: string; readonly cpuMs: number; readonly interrupted: boolean },
  ): void
  /**
   * The next thing to read from the database that choosing for statements like this needs, where that
   * has become worth its price; undefined: nothing. Asked behind a statement, whose answer does not wait
   * for it, and where the default was stopped, before `choose` is asked again.
   */
  due?(statement: KnownStatement): (() => Promise<void>) | undefined
  /** Told that a table has changed; as Rewriter.changed. */
  changed?(table: string | undefined, how?: TableChange): void
  /** Told that the database is left: keeps what was learned for the next time. Throws what the disk says. */
  leave?(): void
}

/** How far the warehouse goes by itself. */
export const MODES = ['off', 'advise', 'approve', 'automatic'] as const
export type Mode = (typeof MODES)[number]
