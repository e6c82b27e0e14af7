// Journeys run in a real Chromium against the real server, on a private database of their own with the
// demo community in it. LIGESIND_BIN names the binary; LIGESIND_URL uses a server that runs already.
import { defineConfig, devices } from '@playwright/test';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** The browser of the system: the test runner's own download is never used. */
function chromium(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = ['chromium', 'google-chrome', 'chromium-browser']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
  if (!found) throw new Error('Chromium is missing. On Debian: apt-get install chromium');
  return found;
}

// Workers read this file again: the address is kept in the environment that they inherit.
const running = process.env.LIGESIND_URL;
process.env.LIGESIND_E2E_URL ??= running ?? `http://localhost:${await freePort()}`;
const baseURL = process.env.LIGESIND_E2E_URL;
const target = process.env.CARGO_TARGET_DIR ?? resolve('../../target');
const binary = process.env.LIGESIND_BIN ?? join(target, 'debug/ligesind');

export default defineConfig({
  testDir: 'journeys',
  testMatch: '*.e2e.ts',
  outputDir: 'results',
  fullyParallel: false,
  workers: 2,
  // A second try is told as flaky and looked into; it does not throw away an hour of work on a busy machine.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { outputFolder: 'report', open: 'never' }]],
  use: {
    ...devices['Pixel 7'],
    viewport: { width: 360, height: 740 },
    baseURL,
    locale: 'da-DK',
    timezoneId: 'Europe/Copenhagen',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium(),
      // The browser must ask nobody but this server, so all it does on its own account is off.
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: running
    ? undefined
    : {
        command: `bash server.sh "${binary}"`,
        url: `${baseURL}/health/ready`,
        env: { PORT: new URL(baseURL).port, RATE_LIMITS: 'off', LOG: 'warn' },
        stdout: 'ignore',
        stderr: 'pipe',
        timeout: 90_000,
        gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
      },
});
