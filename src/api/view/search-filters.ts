import type { Filter } from '../../search/index.ts'
import { HttpError } from '../error-reply.ts'
import type { SearchFilter } from '../schemas/search.ts'

/** Filters of a request as the index takes them. Throws ERR_ARGUMENT on one that says nothing. */
export function filtersOf(filters: readonly SearchFilter[]): Filter[] {
  return filters.map((filter) => (filter.not === true ? { not: plain(filter) } : plain(filter)))
}

function plain({ field, oneOf, from, to, missing }: SearchFilter): Filter {
  if (oneOf !== undefined) return { field, oneOf }
  if (missing !== undefined) return { field, missing }
  if (from !== undefined || to !== undefined) {
    return { field, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  }
  throw new HttpError(
    400,
    'ERR_ARGUMENT',
    `the filter on ${field} has no condition`,
    'Give oneOf, from, to or missing.',
  )
}
