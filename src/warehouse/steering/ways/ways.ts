import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { createRandom, type Random } from '../../../core/random/random.ts'
import type { Database } from '../../../core/sql/database.ts'
import type { KnownStatement, Steerer, TableChange } from '../../types.ts'
import { DEFAULT_ARM } from '../arms.ts'
import { joinedColumns } from '../bind.ts'
import { renderGroups } from '../groups/averages.ts'
import { isExact, typesOf } from '../groups/exact.ts'
import { manyToMany } from '../groups/many.ts'
import { withConstants } from '../groups/render.ts'
import * as knobs from '../knobs.ts'
import { type Catalogue, createCatalogue, type Missing, type SavedCatalogue } from './catalogue.ts'
import { createCostLine, type SavedCostLine } from './cost-line.ts'
import { createDullWords, plainWords } from './join-words.ts'
import { type LogBelief, rentLimit } from './rent.ts'
import { createResiduals, type SavedResiduals } from './residuals.ts'
import { choicesOf, isOpen, kindOf, readWay, type Way } from './way.ts'
import { DEFAULT_WEIGHTS, GROUPED_WEIGHTS, type WayCounts, wayCounts } from './way-costs.ts'

/** The arm of a statement that is counted through groups. */
export const GROUPED = 'count by key'

/** All that was learned of ways to ask, as JSON. */
export interface WaysState {
  readonly lines: { readonly normal: SavedCostLine; readonly grouped: SavedCostLine }
  readonly off: { readonly normal: SavedResiduals; readonly grouped: SavedResiduals }
  /** Templates for which the other way was slower. */
  readonly left: readonly string[]
  readonly catalogue: SavedCatalogue
}

export interface WaysOptions {
  readonly seed: number
  readonly settings?: KnobSettings
  readonly state?: WaysState
}

/** What became of statements that can be asked in another way. */
export interface WaysReport {
  /** Statements of which another way is known. */
  readonly asked: number
  /** Asked in the other way at once. */
  readonly straight: number
  /** Stopped under the default, then asked in the other way. */
  readonly switched: number
  readonly regressions: number
}

/** Chooses between a statement as it is asked and another way to ask it. */
export interface Ways extends Steerer {
  /** As of a steerer; tells whether it was of a statement with another way. */
  learn(statement: KnownStatement, run: Parameters<Steerer['learn']>[1]): boolean
  /** Whether it is a join with aggregates that may have another way. */
  concerns(sql: string): boolean
  turn(fingerprint: string, to: 'off' | 'on'): void
  report(): WaysReport
  save(): WaysState
}

const TEMPLATES_KEPT = 4096
const SAVED = 1000
const FIRST_SPREADS = { normal: 0.45, grouped: 0.28 } as const
const WINDOW_RUNS = 400
/** What statements of interest look like. */
const AGGREGATES = /^SELECT\b.*?\b(?:count|sum|min|max) ?\(.*\bFROM\b.*(?:,|\bJOIN\b)/is

interface Looked {
  readonly way: Way
  readonly counts: WayCounts
  /** Place of the cheapest of the choices. */
  readonly least: number
  readonly normal: LogBelief
  readonly grouped: LogBelief
}

interface Cut {
  readonly statement: KnownStatement
  /** Whether its tables were known. */
  readonly wasKnown: boolean
  readonly wasWeighed: boolean
}

interface LastLooked {
  readonly statement: KnownStatement
  readonly looked: Looked
  /** 0: it is asked otherwise. */
  readonly limitMs: number
}

/**
 * Steers without having learned anything: a statement of which another way is known starts by default,
 * and is stopped when it has taken about what the other way would (see rent.ts); where what is known
 * says enough, the better way is taken at once. It learns from each run. Tables are read only when
 * statements on them have taken as much CPU as reading takes. Statements without another way cost a
 * look into a map.
 */
export function createWays(db: Database, options: WaysOptions): Ways {
  const rows = readKnob(knobs.SAMPLE_ROWS, options.settings)
  const { seed, state } = options
  return new LearningWays(createCatalogue(db, { rows, seed, saved: state?.catalogue }), options)
}

class LearningWays implements Ways {
  private readonly catalogue: Catalogue
  private readonly ways = new Map<string, Way | null>()
  /** Joins that have no other way. */
  private readonly dull = new Set<string>()
  /** The same by their words, and statements that are no joins of interest: neither is read again. */
  private readonly dullWords = createDullWords(TEMPLATES_KEPT)
  private readonly spent = new Map<string, number>()
  private readonly lines
  private readonly off
  private readonly left: Set<string>
  private readonly turnedOff = new Set<string>()
  private readonly random: Random
  private readonly limits
  private version = 0
  /** The statement that was just stopped under the default. */
  private cut: Cut | undefined
  /** The statement that was weighed last, and what the default gets, if anything. */
  private last: LastLooked | undefined
  /** The statement that got the default's time without being weighed. */
  private unweighed: KnownStatement | undefined
  private readonly counts = { asked: 0, straight: 0, switched: 0, regressions: 0 }
  private recent = { runs: 0, regressions: 0 }

  constructor(catalogue: Catalogue, { seed, settings, state }: WaysOptions) {
    this.catalogue = catalogue
    this.lines = {
      normal: createCostLine(DEFAULT_WEIGHTS, FIRST_SPREADS.normal, state?.lines.normal),
      grouped: createCostLine(GROUPED_WEIGHTS, FIRST_SPREADS.grouped, state?.lines.grouped),
    }
    this.off = {
      normal: createResiduals(TEMPLATES_KEPT, state?.off.normal),
      grouped: createResiduals(TEMPLATES_KEPT, state?.off.grouped),
    }
    this.left = new Set(state?.left)
    this.random = createRandom(`ways ${seed}`)
    this.limits = readLimits(settings)
  }

  due(statement: KnownStatement): (() => Promise<void>) | undefined {
    const way = this.wayOf(statement)
    const missing = way === undefined ? undefined : this.dueOf(way)
    if (way === undefined || missing === undefined) return undefined
    return () => this.read(statement, way, missing)
  }

  concerns(sql: string): boolean {
    this.forgetOld()
    return AGGREGATES.test(sql.trimStart()) && !this.dullWords.has(plainWords(sql))
  }

  choose(statement: KnownStatement): ReturnType<Steerer['choose']> {
    const way = this.wayOf(statement)
    if (way === undefined) return undefined
    const missing = this.missing(way)
    if (missing !== undefined) {
      const left = this.catalogue.costMs(way.bound!, missing) - this.spentOn(way)
      return byDefault(Math.max(this.limits.leastMs, left))
    }
    const cut = this.cut?.statement === statement ? this.cut : undefined
    const calmMs = cut === undefined ? way.calm.unweighed() : undefined
    if (cut?.wasKnown !== true) this.counts.asked++
    this.unweighed = calmMs === undefined ? undefined : statement
    if (calmMs !== undefined) return byDefault(calmMs)
    const looked = this.look(statement, way)
    if (looked === undefined) return undefined
    const limit = cut === undefined ? this.limitOf(statement, looked) : this.limitAfter(cut, looked)
    this.last = { statement, looked, limitMs: limit }
    if (limit > 0) return byDefault(limit)
    if (cut === undefined) this.counts.straight++
    else this.counts.switched++
    return this.grouped(statement, looked)
  }

  learn(statement: KnownStatement, run: Parameters<Steerer['learn']>[1]): boolean {
    const way = this.wayOf(statement)
    if (way === undefined) return false
    const isDefault = run.arm === DEFAULT_ARM.name
    const wasKnown = this.missing(way) === undefined
    const isCalm = isDefault && this.unweighed === statement
    const cut = { statement, wasKnown, wasWeighed: wasKnown && !isCalm }
    this.cut = isDefault && run.interrupted ? cut : undefined
    if (!wasKnown) {
      for (const { table } of way.shape.relations) {
        this.spent.set(table, (this.spent.get(table) ?? 0) + run.cpuMs)
      }
      return false
    }
    if (isCalm && !run.interrupted) return true
    const last = this.last?.statement === statement ? this.last : undefined
    if (last === undefined || run.interrupted || last.limitMs === 0) way.calm.broken()
    else way.calm.ended(last.limitMs)
    const looked = last?.looked ?? this.look(statement, way)
    if (looked === undefined) return false
    if (isDefault) this.learned('normal', looked.counts.normal, statement, looked, run)
    else this.learnGrouped(statement, looked, run)
    return true
  }

  changed(table: string | undefined, how: TableChange = 'other'): void {
    this.catalogue.changed(table, how)
  }

  turn(fingerprint: string, to: 'off' | 'on'): void {
    if (to === 'off') this.turnedOff.add(fingerprint)
    else this.turnedOff.delete(fingerprint)
  }

  report(): WaysReport {
    return { ...this.counts }
  }

  save(): WaysState {
    const { lines, off } = this
    return {
      lines: { normal: lines.normal.save(), grouped: lines.grouped.save() },
      off: { normal: off.normal.save(SAVED), grouped: off.grouped.save(SAVED) },
      left: [...this.left].slice(-SAVED),
      catalogue: this.catalogue.save(),
    }
  }

  /** The other way to ask, by the words of the template alone; worked out once a template. */
  private wayOf(statement: KnownStatement): Way | undefined {
    const { fingerprint, sql } = statement.template
    this.forgetOld()
    let way = this.ways.get(fingerprint)
    if (way === undefined) {
      if (this.ways.size >= TEMPLATES_KEPT) this.ways.delete(this.ways.keys().next().value!)
      way = AGGREGATES.test(sql) ? this.readWay(statement) : null
      this.ways.set(fingerprint, way)
    }
    return way === null || this.turnedOff.has(fingerprint) ? undefined : way
  }

  /** What was read of tables that changed holds no more. */
  private forgetOld(): void {
    if (this.version === this.catalogue.version) return
    this.version = this.catalogue.version
    for (const known of [this.ways, this.dull, this.dullWords]) known.clear()
  }

  private readWay(statement: KnownStatement): Way | null {
    const words = plainWords(statement.sql)
    if (this.dullWords.has(words)) return null
    const way = readWay(statement, words, this.dull)
    if (way === null) this.dullWords.addStatement(words)
    return way
  }

  private spentOn({ shape }: Way): number {
    return Math.max(...shape.relations.map(({ table }) => this.spent.get(table) ?? 0))
  }

  /** What is to be read next: samples only where keys show that there is another way. */
  private missing(way: Way): Missing | undefined {
    if (way.isKnown) return undefined
    const { catalogue } = this
    way.bound ??= catalogue.bind(way.shape)
    const missing = catalogue.missing(way.bound, 'keys')
    if (missing === 'tables') return missing
    if (!isExact(way.join, way.bound)) {
      way.isKnown = true
      way.choices = []
      return undefined
    }
    if (way.choices === undefined) {
      const keys = way.bound.classes.flatMap(({ members }) => members.map((m) => m.column))
      catalogue.join(keys.map((column) => [column, column]))
      // Keys known to come once may say already that there is nothing to group.
      const hopes = manyToMany(way.bound, catalogue, missing === undefined ? 0 : Infinity)
      if (missing !== undefined && hopes.length > 0) return missing
      way.choices = choicesOf(hopes)
    }
    if (way.choices.length > 0 && catalogue.missing(way.bound, 'samples') !== undefined) {
      return 'samples'
    }
    if (way.choices.length > 0) catalogue.join(joinedColumns(way.bound))
    else {
      this.dull.add(way.joins)
      this.dullWords.addJoin(way.words)
    }
    way.kind = kindOf(way.bound, way.join)
    way.isKnown = true
    return undefined
  }

  /** What is missing, once statements on its tables have taken as much as reading it takes. */
  private dueOf(way: Way): Missing | undefined {
    const missing = this.missing(way)
    if (missing === undefined) return undefined
    return this.spentOn(way) >= this.catalogue.costMs(way.bound!, missing) ? missing : undefined
  }

  private async read(statement: KnownStatement, way: Way, missing: Missing): Promise<void> {
    try {
      const bound = way.bound ?? this.catalogue.bind(way.shape)
      // What was stopped has paid for all of it; else each thing is paid for by what it is read behind.
      const isPaid = this.cut?.statement === statement
      const costMs = isPaid ? 0 : this.catalogue.costMs(bound, missing)
      await this.catalogue.read(bound, missing)
      for (const { table } of way.shape.relations) {
        this.spent.set(table, Math.max(0, (this.spent.get(table) ?? 0) - costMs))
      }
      delete way.bound
    } catch (error) {
      this.ways.set(statement.template.fingerprint, null)
      throw error
    }
  }

  private look(statement: KnownStatement, way: Way): Looked | undefined {
    const { fingerprint } = statement.template
    if (!isOpen(way)) {
      this.ways.set(fingerprint, null)
      return undefined
    }
    const counts = wayCounts(way, statement.constants, this.catalogue)
    const costs = counts.grouped.map((c) => this.lines.grouped.expect(c))
    const least = costs.indexOf(Math.min(...costs))
    if (least < 0) return undefined
    const normal = this.believe('normal', counts.normal, way, fingerprint)
    const grouped = this.believe('grouped', counts.grouped[least]!, way, fingerprint)
    return { way, counts, least, normal, grouped }
  }

  private believe(
    of: 'normal' | 'grouped',
    counts: readonly number[],
    { kind }: Way,
    fingerprint: string,
  ): LogBelief {
    const line = this.lines[of]
    const prior = { mean: Math.log(line.expect(counts)), spread: line.spread }
    return this.off[of].believe(prior, kind, fingerprint)
  }

  /** CPU ms that the default gets; Thompson sampling for templates that come back. */
  private limitOf({ template }: KnownStatement, { normal, grouped }: Looked): number {
    const { guard, explore, verifyShare, regressionShare, warnedRisk } = this.limits
    const comesBack = this.off.grouped.has(template.fingerprint)
    const draw = (belief: LogBelief): LogBelief => {
      const by = comesBack ? explore * belief.spread * this.random.normal() : 0
      return { mean: belief.mean + by, spread: belief.spread }
    }
    const { runs, regressions } = this.recent
    const isWarned = regressions > Math.max(1, regressionShare * runs)
    const limit = rentLimit(draw(normal), draw(grouped), {
      ...guard,
      ...(isWarned && !comesBack ? { risk: warnedRisk } : {}),
    })
    if (limit > 0) return limit
    // Now and then the default shows again what it takes; it never does where it was left for good.
    const isTried = comesBack && this.random.next() < verifyShare
    return isTried || this.left.has(template.fingerprint) ? this.latest(grouped) : 0
  }

  /** What the default gets once it was stopped: nothing where that was weighed, or the other way is the likelier. */
  private limitAfter(cut: Cut, { normal, grouped }: Looked): number {
    if (cut.wasWeighed || grouped.mean <= normal.mean) return 0
    return this.latest(grouped)
  }

  private latest({ mean }: LogBelief): number {
    const { leastMs, mostTimes } = this.limits.guard
    return Math.max(leastMs, mostTimes * Math.exp(mean))
  }

  private grouped(statement: KnownStatement, { way, least }: Looked) {
    let parts = way.texts.get(least)
    if (parts === undefined) {
      const aliases = way.choices![least]!.map((i) => way.shape.relations[i]!.alias)
      const bound = way.bound ?? this.catalogue.bind(way.shape)
      parts = renderGroups(way.join, new Set(aliases), typesOf(bound))
      way.texts.set(least, parts)
    }
    if (parts === undefined) {
      this.ways.set(statement.template.fingerprint, null)
      return undefined
    }
    const sql = withConstants(parts, statement)
    return { arm: GROUPED, set: [], reset: [], sql, limitMs: Infinity }
  }

  private learned(
    of: 'normal' | 'grouped',
    counts: readonly number[],
    { template }: KnownStatement,
    { way }: Looked,
    { cpuMs, interrupted }: Parameters<Steerer['learn']>[1],
  ): void {
    const log = Math.log(Math.max(cpuMs, 0.05) / this.lines[of].expect(counts))
    // Stopped before what was expected, it says nothing new.
    if (interrupted && log < 0) return
    this.off[of].add(way.kind, template.fingerprint, log)
    this.lines[of].learn(counts, cpuMs, interrupted)
  }

  private learnGrouped(
    statement: KnownStatement,
    looked: Looked,
    run: Parameters<Steerer['learn']>[1],
  ): void {
    const { slowerTimes, slowerMs } = this.limits.guard
    const normal = Math.exp(looked.normal.mean + looked.normal.spread)
    const isSlower = run.cpuMs > slowerTimes * normal && run.cpuMs > normal + slowerMs
    this.recent.runs++
    if (run.interrupted || isSlower) {
      this.counts.regressions++
      this.recent.regressions++
      this.left.add(statement.template.fingerprint)
    }
    if (this.recent.runs >= WINDOW_RUNS) {
      this.recent = { runs: this.recent.runs / 2, regressions: this.recent.regressions / 2 }
    }
    // What failed says nothing of the time it takes.
    if (run.interrupted) this.ways.set(statement.template.fingerprint, null)
    else this.learned('grouped', looked.counts.grouped[looked.least]!, statement, looked, run)
  }
}

function byDefault(limitMs: number) {
  return { arm: DEFAULT_ARM.name, set: [], reset: [], limitMs }
}

function readLimits(settings: KnobSettings | undefined) {
  const leastMs = readKnob(knobs.RENT_LEAST_MS, settings)
  return {
    leastMs,
    guard: {
      slowerTimes: readKnob(knobs.SLOWER_TIMES, settings),
      slowerMs: readKnob(knobs.SLOWER_MS, settings),
      risk: readKnob(knobs.RENT_RISK, settings),
      mostTimes: readKnob(knobs.RENT_TIMES, settings),
      leastMs,
      leastGain: readKnob(knobs.RENT_GAIN, settings),
    },
    warnedRisk: readKnob(knobs.RENT_RISK, settings) / 8,
    explore: readKnob(knobs.EXPLORE, settings),
    verifyShare: readKnob(knobs.VERIFY_SHARE, settings),
    regressionShare: readKnob(knobs.REGRESSION_SHARE, settings),
  }
}
