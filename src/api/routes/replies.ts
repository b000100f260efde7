import type { ZodType } from 'zod'
import { errorReply } from '../schemas/common.ts'

/** The replies of a route: 200 with `schema`, anything else with an error. */
export function replies<Schema extends ZodType>(
  schema: Schema,
): { readonly 200: Schema; readonly default: typeof errorReply } {
  return { 200: schema, default: errorReply }
}
