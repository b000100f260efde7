import type { RankFeature } from './feature.ts'
import { acronym } from './features/acronym.ts'
import { age } from './features/age.ts'
import { amongEquals } from './features/among-equals.ts'
import { armFeature } from './features/arms.ts'
import { characterGrams } from './features/character-grams.ts'
import { customer } from './features/customer.ts'
import { headWord } from './features/head-word.ts'
import { numbers } from './features/numbers.ts'
import { numbersNamed } from './features/numbers-named.ts'
import { quality } from './features/quality.ts'
import { queryShape } from './features/query-shape.ts'
import { slots } from './features/slots.ts'
import { textMeasures } from './features/text-measures.ts'
import { titleMatch } from './features/title-match.ts'

/**
 * The features that need nothing but the index, the query and the union; `arms` are the names of the
 * arms whose scores the model may read. Those of memory and clicks are added by who keeps these.
 */
export function standardFeatures(arms: readonly string[]): readonly RankFeature[] {
  return [
    textMeasures,
    armFeature(arms),
    quality,
    numbers,
    age,
    queryShape,
    titleMatch,
    headWord,
    numbersNamed,
    characterGrams,
    acronym,
    amongEquals,
    slots,
    customer,
  ]
}
