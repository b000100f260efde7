import type { FloatArray, Op, OpKind } from '../graph/index.ts'
import { attribute, floatAttribute } from './messages.ts'
import { lstmOrGru } from './recurrent.ts'
import type { OnnxWriter } from './writer.ts'

/** What an op is written with. */
export interface OpContext {
  readonly writer: OnnxWriter
  readonly op: Op
  /** Names of its operands, and their shapes without the batch. */
  readonly inputs: readonly string[]
  readonly inputShapes: readonly (readonly number[])[]
  /** A learned array of the op and its shape. */
  parameter(part: string): { readonly shape: readonly number[]; readonly values: FloatArray }
}

/** Writes an op and returns the name of its result. */
type OpWriter = (context: OpContext) => string

const constant = ({ writer, parameter }: OpContext, part: string) => {
  const { shape, values } = parameter(part)
  return writer.floats(shape, values)
}

const scalar = (writer: OnnxWriter, value: number) => writer.floats([], [value])

const dense: OpWriter = (context) => {
  const { writer, op, inputs } = context
  const product = writer.add('MatMul', [inputs[0]!, constant(context, 'weight')])
  if (!('bias' in op.parameters)) return product
  return writer.add('Add', [product, constant(context, 'bias')])
}

/** ONNX convolves channels × time with filters × channels × width. */
const causalConv: OpWriter = ({ writer, op, inputs, parameter }) => {
  const { shape, values } = parameter('weight')
  const [width, channels, filters] = shape as [number, number, number]
  const turned = new Float32Array(values.length)
  for (let j = 0; j < width; j++) {
    for (let c = 0; c < channels; c++) {
      for (let f = 0; f < filters; f++) {
        turned[(f * channels + c) * width + j] = values[(j * channels + c) * filters + f]!
      }
    }
  }
  const dilation = Number(op.attributes['dilation'])
  const weight = writer.floats([filters, channels, width], turned)
  const bias = writer.floats([filters], parameter('bias').values)
  const y = writer.add(
    'Conv',
    [writer.transpose(inputs[0]!, [0, 2, 1]), weight, bias],
    [attribute('dilations', [dilation]), attribute('pads', [(width - 1) * dilation, 0])],
  )
  return writer.transpose(y, [0, 2, 1])
}

const embedding: OpWriter = (context) =>
  context.writer.add('Gather', [constant(context, 'table'), context.inputs[0]!])

/** Sum of the rows that are not −1 over how many there are, at least 1. */
const embeddingBag: OpWriter = (context) => {
  const { writer, inputs } = context
  const index = writer.add('Cast', [inputs[0]!], [attribute('to', 7)])
  const zero = writer.ints([0])
  const isThere = writer.add('GreaterOrEqual', [index, zero])
  const share = writer.add('Cast', [isThere], [attribute('to', 1)])
  const rows = writer.add('Gather', [constant(context, 'table'), writer.add('Max', [index, zero])])
  const kept = writer.add('Mul', [rows, writer.unsqueeze(share, [-1])])
  const drop = attribute('keepdims', 0)
  const sum = writer.add('ReduceSum', [kept, writer.ints([-2])], [drop])
  const count = writer.add('ReduceSum', [share, writer.ints([-1])])
  return writer.add('Div', [sum, writer.add('Max', [count, scalar(writer, 1)])])
}

const NAMES = { relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid', softplus: 'Softplus' } as const

const activation: OpWriter = ({ writer, op, inputs }) => {
  const kind = String(op.attributes['kind'])
  const x = inputs[0]!
  if (kind !== 'gelu') return writer.add(NAMES[kind as keyof typeof NAMES], [x])
  const inner = writer.add('Erf', [writer.add('Mul', [x, scalar(writer, Math.SQRT1_2)])])
  const shifted = writer.add('Add', [inner, scalar(writer, 1)])
  return writer.add('Mul', [writer.add('Mul', [x, scalar(writer, 0.5)]), shifted])
}

const concat: OpWriter = ({ writer, op, inputs }) =>
  writer.add('Concat', inputs, [attribute('axis', Number(op.attributes['axis']) + 1)])

const repeat: OpWriter = ({ writer, op, inputs }) => {
  const copies = [1, Number(op.attributes['times']), ...op.shape.slice(1).map(() => 1)]
  return writer.add('Tile', [writer.unsqueeze(inputs[0]!, [1]), writer.ints(copies)])
}

const select: OpWriter = ({ writer, op, inputs }) => {
  const steps = writer.ints(op.attributes['steps'] as readonly number[])
  return writer.add('Gather', [inputs[0]!, steps], [attribute('axis', 1)])
}

/** 0 keeps the batch. */
const reshape: OpWriter = ({ writer, op, inputs }) =>
  writer.add('Reshape', [inputs[0]!, writer.ints([0, ...op.shape])])

/** The second operand may lack leading axes, which here come after the batch. */
const byElement =
  (opType: 'Add' | 'Mul'): OpWriter =>
  ({ writer, inputs, inputShapes }) => {
    const missing = inputShapes[0]!.length - inputShapes[1]!.length
    const axes = Array.from({ length: missing }, (_, k) => k + 1)
    const y = missing > 0 ? writer.unsqueeze(inputs[1]!, axes) : inputs[1]!
    return writer.add(opType, [inputs[0]!, y])
  }

const scale: OpWriter = ({ writer, op, inputs }) =>
  writer.add('Mul', [inputs[0]!, scalar(writer, Number(op.attributes['factor']))])

const layerNorm: OpWriter = (context) =>
  context.writer.add(
    'LayerNormalization',
    [context.inputs[0]!, constant(context, 'gain'), constant(context, 'bias')],
    [attribute('axis', -1), floatAttribute('epsilon', 1e-5)],
  )

/** Scores that may not be looked at go far down, and their shares to zero. */
const eventAttention: OpWriter = ({ writer, inputs, inputShapes }) => {
  const [query, keys, values, mask] = inputs as [string, string, string, string]
  const product = writer.add('MatMul', [query, writer.transpose(keys, [0, 2, 1])])
  const factor = scalar(writer, 1 / Math.sqrt(inputShapes[0]![1]!))
  const scores = writer.add('Mul', [product, factor])
  const isHidden = writer.add('Equal', [mask, scalar(writer, 0)])
  const shown = writer.add('Where', [isHidden, scalar(writer, -1e30), scores])
  const shares = writer.add('Softmax', [shown], [attribute('axis', -1)])
  const kept = writer.add('Where', [isHidden, scalar(writer, 0), shares])
  return writer.add('MatMul', [kept, values])
}

/** The middle level, plus what lies between it and each level: softplus(x) times a matrix of signs. */
const quantileHead: OpWriter = ({ writer, op, inputs }) => {
  const levels = op.shape.at(-1)!
  const anchor = Number(op.attributes['anchor'])
  const signs = new Float32Array(levels * levels)
  for (let from = 0; from < levels; from++) {
    for (let to = 0; to < levels; to++) {
      if (from > anchor && to >= from) signs[from * levels + to] = 1
      if (from < anchor && to <= from) signs[from * levels + to] = -1
    }
  }
  const gaps = writer.add('Softplus', [inputs[0]!])
  const away = writer.add('MatMul', [gaps, writer.floats([levels, levels], signs)])
  const middle = writer.add(
    'Gather',
    [inputs[0]!, writer.ints([anchor])],
    [attribute('axis', op.shape.length)],
  )
  return writer.add('Add', [away, middle])
}

const unitRows: OpWriter = ({ writer, inputs }) => {
  const x = inputs[0]!
  const squares = writer.add('ReduceSumSquare', [x], [attribute('axes', [-1])])
  const length = writer.add('Sqrt', [writer.add('Add', [squares, scalar(writer, 1e-6)])])
  return writer.add('Div', [x, length])
}

/** How each op is written; inputs and losses are not ops of an exported graph. */
export const OP_WRITERS: Readonly<
  Record<Exclude<OpKind, 'input' | 'pinball' | 'contrast'>, OpWriter>
> = {
  dense,
  causalConv,
  lstm: (context) => lstmOrGru(context, 'LSTM', 4),
  gru: (context) => lstmOrGru(context, 'GRU', 3),
  embedding,
  embeddingBag,
  activation,
  concat,
  repeat,
  select,
  reshape,
  add: byElement('Add'),
  multiply: byElement('Mul'),
  scale,
  dropout: ({ writer, inputs }) => writer.add('Identity', [inputs[0]!]),
  layerNorm,
  eventAttention,
  quantileHead,
  unitRows,
}
