import { z } from 'zod'
import { defineEvent } from '../event-types.ts'

/** A counter, for tests: `i` tells which event of its writer this is. */
export const ticked = defineEvent('test.ticked', z.strictObject({ i: z.int() }))

/** A note with anything in it. */
export const noted = defineEvent('test.noted', z.json())
