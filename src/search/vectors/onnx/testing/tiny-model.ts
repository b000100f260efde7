// A sentence model as small as can be, written by hand in the wire format of protobuf: the vector of a
// token is a row of a table (Gather), one output of batch × tokens × width.

type Bytes = readonly number[]

function varint(value: number): Bytes {
  const low = value % 128
  return value < 128 ? [value] : [low | 128, ...varint((value - low) / 128)]
}

const int = (field: number, value: number): Bytes => [...varint(8 * field), ...varint(value)]
const bytes = (field: number, content: Bytes): Bytes => [
  ...varint(8 * field + 2),
  ...varint(content.length),
  ...content,
]
const text = (field: number, content: string) =>
  bytes(field, [...new TextEncoder().encode(content)])

const FLOAT = 1
const INT64 = 7

/** A value of any batch and any number of tokens, and `widths` behind them. */
function value(name: string, type: number, widths: readonly number[]): Bytes {
  const free = ['batch', 'tokens'].map((axis) => bytes(1, text(2, axis)))
  const fixed = widths.map((width) => bytes(1, int(1, width)))
  const shape = bytes(2, [...free, ...fixed].flat())
  return [...text(1, name), ...bytes(2, bytes(1, [...int(1, type), ...shape]))]
}

/** The bytes of model.onnx with a table of tokens × width. */
export function tinyModel(table: Float32Array, width: number): Uint8Array {
  const node = [
    ...text(1, 'table'),
    ...text(1, 'input_ids'),
    ...text(2, 'last'),
    ...text(4, 'Gather'),
  ]
  const dims = [table.length / width, width].flatMap((size) => int(1, size))
  const tensor = [
    ...dims,
    ...int(2, FLOAT),
    ...text(8, 'table'),
    ...bytes(9, [...new Uint8Array(table.buffer)]),
  ]
  const graph = [
    ...bytes(1, node),
    ...text(2, 'tiny'),
    ...bytes(5, tensor),
    ...bytes(11, value('input_ids', INT64, [])),
    ...bytes(11, value('attention_mask', INT64, [])),
    ...bytes(12, value('last', FLOAT, [width])),
  ]
  return Uint8Array.from([...int(1, 8), ...bytes(7, graph), ...bytes(8, int(2, 17))])
}
