import * as z from 'zod'

/** GET /api/knobs */
export const knobList = z.object({
  knobs: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      minimum: z.number(),
      maximum: z.number(),
      default: z.number(),
      value: z.number(),
      trades: z.string(),
    }),
  ),
})
export type KnobList = z.infer<typeof knobList>
