import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where `vite` finds a server while pages are worked on: TRANSHIP_SERVER=http://127.0.0.1:8080 npm run dev
const server = process.env.TRANSHIP_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // these know light-dark()
    assetsInlineLimit: 0, // a strict Content-Security-Policy has no data: addresses
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    reportCompressedSize: false,
  },
  // node_modules is a link into the cache.
  server: { proxy: { '/api': server }, fs: { strict: false } },
  // A busy machine renders slowly: only what hangs is to fail by time.
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], pool: 'threads', testTimeout: 120_000 },
});
