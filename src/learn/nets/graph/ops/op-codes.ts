import type { OpKind } from '../types.ts'
import { eventAttention } from './attention.ts'
import { activation, add, dropout, layerNorm, multiply, scale } from './elementwise.ts'
import { contrast, unitRows } from './likeness.ts'
import { causalConv, dense } from './linear.ts'
import { embedding, embeddingBag, select } from './lookup.ts'
import type { OpCode } from './op-code.ts'
import { pinball, quantileHead } from './quantiles.ts'
import { gru, lstm } from './recurrent.ts'
import { concat, input, repeat, reshape } from './shape.ts'

/** How each kind of op computes. */
export const OP_CODES: Readonly<Record<OpKind, OpCode>> = {
  input,
  dense,
  causalConv,
  lstm,
  gru,
  embedding,
  embeddingBag,
  activation,
  concat,
  repeat,
  select,
  reshape,
  add,
  multiply,
  scale,
  dropout,
  layerNorm,
  eventAttention,
  quantileHead,
  unitRows,
  pinball,
  contrast,
}
