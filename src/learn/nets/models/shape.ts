/** What reads the past of a series. */
export type EncoderKind = 'conv' | 'lstm' | 'gru'

/** A table of learned vectors, one a code. */
export interface EmbeddingShape {
  readonly rows: number
  readonly width: number
}

/** Hashed n-grams of a text: rows of a table whose mean is the text. */
export interface WordsShape extends EmbeddingShape {
  /** Most grams a series. */
  readonly length: number
}

/** Past occurrences of events that a horizon can look at. */
export interface MemoryShape {
  readonly slots: number
  readonly width: number
  /** Width of queries and keys. */
  readonly keys: number
}

/** Sizes of a forecasting net; plain data, kept with its parameters. */
export interface ForecastNetShape {
  readonly encoder: EncoderKind
  readonly horizon: number
  /** Rising, in (0, 1). */
  readonly levels: readonly number[]
  /** Channels of a past step, of a step ahead and of a fork. */
  readonly pastWidth: number
  readonly aheadWidth: number
  readonly forkWidth: number
  readonly categories: readonly EmbeddingShape[]
  /** Plain numbers a series. */
  readonly numbers: number
  readonly words?: WordsShape
  readonly memory?: MemoryShape
  /** Convolutions of width 2 with these dilations; or a recurrence over as many steps as they reach. */
  readonly dilations: readonly number[]
  /** Channels of the encoder. */
  readonly filters: number
  /** Units of the static vector, of the context of a fork, and of the decoder of a step ahead. */
  readonly staticUnits: number
  readonly contextUnits: number
  readonly decoderUnits: number
  /** Numbers of the context that are one horizon's own, and that all horizons share. */
  readonly horizonUnits: number
  readonly sharedUnits: number
  /** Numbers of each step ahead that the context of the fork sees; 0 = none. */
  readonly summaryUnits: number
  readonly dropout: number
  /** Whether quantiles of what was seen lately are the base that the net corrects. */
  readonly history: boolean
}

/** Which steps of a window are forecast from. */
export interface ForkPlan {
  /** Steps of the window. */
  readonly window: number
  /** Rising positions in the window; a fork sees the steps up to and including its own. */
  readonly forks: readonly number[]
}

/** Steps that the encoder sees: the receptive field of its last step. */
export function receptiveField(shape: Pick<ForecastNetShape, 'dilations'>): number {
  return 1 + shape.dilations.reduce((sum, dilation) => sum + dilation, 0)
}

/** `forks` positions `stride` apart, all with the whole receptive field before them. */
export function spacedForks(
  shape: Pick<ForecastNetShape, 'dilations'>,
  forks: number,
  stride: number,
): ForkPlan {
  const first = receptiveField(shape) - 1
  const positions = Array.from({ length: forks }, (_, k) => first + k * stride)
  return { window: positions[forks - 1]! + 1, forks: positions }
}
