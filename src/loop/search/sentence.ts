import { resolve } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { vectors } from '../../search/index.ts'
import { storePaths } from '../store/paths.ts'
import type { Settings } from '../store/settings.ts'

/**
 * The sentence model that a store's settings name (`[search] sentence_model`, beside storewright.toml
 * or absolute); undefined where they name none. Whoever opens it closes it. Throws ERR_SETTINGS.
 */
export async function openStoreSentenceModel(
  folder: string,
  { search }: Settings,
): Promise<vectors.SentenceModel | undefined> {
  if (search.sentence_model === undefined) return undefined
  try {
    return await vectors.openSentenceModel(resolve(folder, search.sentence_model))
  } catch (cause) {
    if (!(cause instanceof StorewrightError)) throw cause
    const { file } = cause.place
    const at = file === undefined ? '' : ` (${file})`
    throw new StorewrightError(
      'ERR_SETTINGS',
      `search.sentence_model cannot be used: ${cause.message}${at}`,
      {
        file: storePaths(folder).settings,
        column: 'search.sentence_model',
        next: `${cause.next ?? ''} Or take the setting out: the store then learns vectors of its own.`.trim(),
        cause,
      },
    )
  }
}
