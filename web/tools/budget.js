// Weighs what a page that visitors see fetches before it can be read and used (brotli, as the server sends it),
// beside the budget of the site. What comes when somebody asks for it, and the live line that follows a page
// that stands, is not in it.
import { readFileSync } from 'node:fs';

const BUDGET = { js: 45, css: 8, fonts: 40 };
/** Every page for visitors, with the parts of the texts that it loads (`loadMessages`). */
const PAGES = {
  '/': ['front'],
  '/blog': [],
  '/blog/[slug]': [],
  '/forum': [],
  '/forum/[board]': [],
  '/forum/t/[id]': [],
  '/hjaelp': ['help'],
  '/sikkerhed': [],
  '/privatliv': [],
  '/om': [],
  '/aarsregnskab': ['open'],
  '/diplom/[id]': ['open'],
  '/log-ind': ['join'],
  '/bliv-med': ['join'],
  '/gendan': ['join'],
};
const FONTS = ['fonts/atkinson-hyperlegible-next.v1.woff2', 'fonts/bricolage-grotesque.v1.woff2'];

const manifest = JSON.parse(readFileSync('.svelte-kit/output/client/.vite/manifest.json', 'utf8'));
const entries = Object.values(manifest);
const kib = (files) => [...files].reduce((sum, file) => sum + size(file), 0) / 1024;
const size = (file) => readFileSync(`build/${file}${file.endsWith('.woff2') ? '' : '.br'}`).length;

/** Numbers of the nodes of a route, layouts first: Kit writes them into the generated app. */
const nodesOf = new Map();
const app = readFileSync('.svelte-kit/generated/build/client-optimized/app.js', 'utf8');
for (const [, route, leaf, layouts] of app.matchAll(/"(\/[^"]*)": \[(\d+)(?:,\[([\d,]*)\])?/g)) {
  const nodes = [0, ...(layouts ? layouts.split(',').map(Number) : []), Number(leaf)];
  nodesOf.set(route.replace(/\/\([^)]+\)/g, '') || '/', nodes);
}

function collect(entry, found) {
  if (!entry) throw new Error('the build has not made what a page needs');
  if (found.js.has(entry.file)) return;
  found.js.add(entry.file);
  for (const css of entry.css ?? []) found.css.add(css);
  for (const key of entry.imports ?? []) collect(manifest[key], found);
}
const named = (name) => entries.find((entry) => entry.isEntry && entry.name === name);

let failed = false;
function tell(name, weights) {
  const over = weights.some(([what, weight]) => weight > BUDGET[what]);
  failed ||= over;
  const words = weights.map(
    ([what, weight]) => `${what} ${weight.toFixed(1)} of ${BUDGET[what]} KiB`,
  );
  console.log(`${over ? 'OVER' : 'ok  '} ${name.padEnd(16)} ${words.join(', ')}`);
}
for (const [page, areas] of Object.entries(PAGES)) {
  const nodes = nodesOf.get(page);
  if (!nodes) throw new Error(`no page ${page}`);
  const found = { js: new Set(), css: new Set() };
  for (const name of ['entry/start', 'entry/app', ...nodes.map((node) => `nodes/${node}`)])
    collect(named(name), found);
  for (const file of ['da.ts', ...areas.map((area) => `da.${area}.ts`)])
    collect(manifest[`src/lib/i18n/${file}`], found);
  tell(page, [
    ['js', kib(found.js)],
    ['css', kib(found.css)],
  ]);
}
tell('fonts', [['fonts', kib(FONTS)]]);
process.exit(failed ? 1 : 0);
