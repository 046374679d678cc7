import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npm run dev` in this folder serves the sources and asks a running `endcap demo --port 8080` for the rest. */
const API = 'http://127.0.0.1:8080'

export default defineConfig({
  root: 'shop',
  plugins: [react()],
  build: { outDir: '../dist/page', target: 'baseline-widely-available', reportCompressedSize: false },
  server: { proxy: { '/v1': API, '/demo': API, '/openapi.json': API } },
})
