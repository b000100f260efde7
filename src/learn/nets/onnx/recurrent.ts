import { attribute } from './messages.ts'
import type { OpContext } from './ops.ts'

/**
 * A recurrence of ONNX: time × batch × channels in, matrices turned, one direction. Gates are in the
 * same order; a GRU resets after the product (linear_before_reset).
 */
export function lstmOrGru(
  { writer, op, inputs, parameter }: OpContext,
  opType: 'LSTM' | 'GRU',
  gates: 3 | 4,
): string {
  const units = op.shape[1]!
  const width = gates * units
  const turned = (part: string) => {
    const { shape, values } = parameter(part)
    const rows = shape[0]!
    const matrix = new Float32Array(values.length)
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < width; c++) matrix[c * rows + r] = values[r * width + c]!
    }
    return writer.floats([1, width, rows], matrix)
  }
  const bias = new Float32Array(2 * width)
  bias.set(parameter('bias').values)
  if (opType === 'GRU') bias.set(parameter('recurrentBias').values, width)
  const x = writer.transpose(inputs[0]!, [1, 0, 2])
  const operands = [x, turned('weight'), turned('recurrent'), writer.floats([1, 2 * width], bias)]
  const reset = opType === 'GRU' ? [attribute('linear_before_reset', 1)] : []
  const y = writer.add(opType, operands, [attribute('hidden_size', units), ...reset])
  const flat = writer.add('Squeeze', [y, writer.ints([1])])
  return writer.transpose(flat, [1, 0, 2])
}
