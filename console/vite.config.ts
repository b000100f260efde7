import { fileURLToPath } from 'node:url'
import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

const outDir = fileURLToPath(new URL('../dist/console', import.meta.url))

const SERVER = 'http://127.0.0.1:4600'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [
    preact(),
    { name: 'precompress', apply: 'build', closeBundle: () => precompress(outDir) },
  ],
  build: { outDir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  server: {
    proxy: {
      '/api': SERVER,
      '/suggest': SERVER,
      '/search': {
        target: SERVER,
        // Asked by a browser for a page it is the console's; what is posted is a search.
        bypass: ({ method }) => (method === 'POST' ? undefined : '/index.html'),
      },
    },
  },
})
