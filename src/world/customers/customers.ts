import { requireArgument } from '../../core/errors.ts'
import type { Random } from '../../core/random/random.ts'
import { createAlias } from './alias.ts'

/** The people who shop: where each lives, and who comes next. */
export interface Customers {
  readonly count: number
  /** Area of each customer, an index into the weights they were made from. */
  readonly areaOf: Int32Array
  /** The id of a customer by index, for example `C0000042`. */
  idOf(customer: number): string
  /** A random customer; some come far more often than others. */
  sampleCustomer(random: Random): number
  /** A random area, by the weights (not by who shops). */
  sampleArea(random: Random): number
  /** How often this customer comes, relative to the mean customer. */
  readonly activity: Float64Array
}

export interface CustomersParams {
  /** People (or any weight ≥ 0) by area. */
  readonly areaWeights: ArrayLike<number>
  readonly count: number
  /** Spread of log activity among customers. Default 1. */
  readonly activitySpread?: number
}

/**
 * A population of virtual customers: homes drawn by area weight, activity log-normal with mean 1.
 * Throws ERR_ARGUMENT without customers or people.
 */
export function createCustomers(params: CustomersParams, random: Random): Customers {
  const { count, areaWeights, activitySpread: spread = 1 } = params
  requireArgument(Number.isInteger(count) && count > 0, `${count} customers; give 1 or more`)
  const areas = createAlias(areaWeights)
  const homes = random.split('homes')
  const habits = random.split('habits')
  const areaOf = new Int32Array(count)
  const activity = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    areaOf[i] = areas.sample(homes)
    activity[i] = Math.exp(spread * habits.normal() - 0.5 * spread * spread)
  }
  const callers = createAlias(activity)
  const width = Math.max(7, String(count).length)
  return {
    count,
    areaOf,
    activity,
    idOf: (customer) => `C${String(customer + 1).padStart(width, '0')}`,
    sampleCustomer: (stream) => callers.sample(stream),
    sampleArea: (stream) => areas.sample(stream),
  }
}
