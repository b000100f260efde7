import type { Database } from '../../../core/sql/database.ts'
import { readBlocks } from '../read/blocks.ts'
import type { Catalogue } from '../read/catalogue.ts'
import { type Expression, literalsOf, Unserved } from '../read/expression.ts'
import { scanLiterals } from '../read/literals.ts'
import { hasSemi, type Shape } from '../read/shape.ts'

/** Statements that differ in constants alone, and what they cost. */
export interface Demand {
  /** For actions and refusals. */
  readonly fingerprint: string
  /** Some of them, whole, of all ages. */
  readonly statements: readonly string[]
  readonly count: number
  readonly totalCpuMs: number
  /** Rows of the view that answers it now; a further one must be much smaller. */
  readonly servedRows?: number
}

/** A demand taken apart: which of its conditions move. */
export interface ReadDemand {
  readonly demand: Demand
  readonly shape: Shape
  /** Literals of each statement that groups and computes as the last one does, by slot. */
  readonly texts: readonly (readonly string[])[]
  /** Conditions with constants that differ among the statements. */
  readonly moving: readonly Expression[]
  /** Conditions that were the same in all of them. */
  readonly still: readonly Expression[]
}

/** Reads what the last statement of a demand asks for, part by part. Throws Unserved with the reason. */
export async function readDemand(
  db: Database,
  catalogue: Catalogue,
  demand: Demand,
): Promise<readonly ReadDemand[]> {
  const last = demand.statements.at(-1)
  if (last === undefined) throw new Unserved('no statement of it is kept')
  const blocks = await readBlocks(db, catalogue, last)
  return blocks.map(({ shape }) => readBlock(demand, shape, 1 / blocks.length))
}

/** What one part of the statements of a demand asks for, given its share of their CPU. */
function readBlock(demand: Demand, shape: Shape, ofCpu: number): ReadDemand {
  const structural = structuralSlots(shape)
  const alike = (texts: readonly string[]) =>
    structural.every((slot) => texts[slot] === shape.literals.texts[slot])
  const scanned = demand.statements
    .map((sql) => scanLiterals(sql))
    .flatMap((s) => (s?.skeleton === shape.literals.skeleton && alike(s.texts) ? [s.texts] : []))
  const isMoving = (e: Expression) =>
    literalsOf(e).some(
      ({ slot }) =>
        slot !== undefined && scanned.some((texts) => texts[slot] !== shape.literals.texts[slot]),
    )
  // What other tables hold is never built in: the view need not follow them.
  const moves = (e: Expression) => isMoving(e) || hasSemi(e)
  const moving = shape.predicates.filter(moves)
  const still = shape.predicates.filter((predicate) => !moves(predicate))
  // Statements that group in another way need a view of their own.
  const share = scanned.length / demand.statements.length
  const counted = {
    ...demand,
    count: demand.count * share,
    totalCpuMs: demand.totalCpuMs * share * ofCpu,
  }
  return { demand: counted, shape, texts: scanned, moving, still }
}

/** Literals of what a statement groups by and computes. */
function structuralSlots(shape: Shape): number[] {
  const structural = [...shape.groups, ...shape.outputs.map(({ expression }) => expression)]
  return structural.flatMap(literalsOf).flatMap(({ slot }) => (slot === undefined ? [] : [slot]))
}
