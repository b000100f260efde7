// asc: --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 --enable threads --enable relaxed-simd --enable bulk-memory
// AssemblyScript, compiled by scripts/build-wasm.mjs with relaxed SIMD over a memory from outside that
// threads share. src/learn/nets/kernels/types.ts says what each function does (addresses count
// elements of 4 bytes, −1 is absent), the plain path stands beside it, and kernels.test.ts there holds
// the two together. Vectors at the end of a row are read whole, and only what belongs to it is written.

export * from './nets/matrix'
export * from './nets/convolution'
export * from './nets/rows'
export * from './nets/elements'
export * from './nets/sequence'
export * from './nets/training'
export * from './nets/likeness'
