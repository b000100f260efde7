import { DAY_MS } from './clock.ts'
import type { StructureModel } from './fit.ts'

/** What was found in a history, in sentences for people. */
export function notesOf(model: StructureModel): readonly string[] {
  const { base, leftOut, events, spans, kinds } = model
  const notes = [
    `${base.dayLevel.length} days of history; a day's level moves by ${percent(Math.sqrt(model.level.walk + model.level.transient))} from one to the next.`,
  ]
  const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
  const quiet = names.filter((_, w) => base.week.quiet[w] === 1)
  if (quiet.length > 0) notes.push(`Quiet days of the week: ${quiet.join(', ')}.`)
  for (const { day, size } of model.level.breaks) {
    const date = new Date((base.firstDay + day) * DAY_MS).toISOString().slice(0, 10)
    notes.push(`Break of level on ${date}: ${size > 0 ? '+' : '−'}${percent(Math.abs(size))}.`)
  }
  kinds.names.forEach((name, k) => {
    const known = spans
      .map((_, e) => e)
      .filter((e) => spans[e]!.kind === k && !Number.isNaN(events.strength[e]!))
    const mean = known.reduce((sum, e) => sum + events.strength[e]!, 0) / known.length
    notes.push(
      known.length === 0
        ? `No past event of kind ${name}: it is taken like events of other kinds.`
        : `${known.length} past events of kind ${name}; within them load is on average ${Math.exp(mean).toFixed(2)} times the ordinary.`,
    )
  })
  for (const { startMs, endMs, reason } of leftOut) {
    notes.push(`Left out ${minute(startMs)} to ${minute(endMs)}: ${reason}.`)
  }
  return notes
}

const percent = (log: number) => `${Math.round(100 * Math.expm1(log))} %`

const minute = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
