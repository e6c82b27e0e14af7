/**
 * Line icons on a 24-unit grid, drawn for the site. Each is one path, stroked in the text's colour. Every page carries
 * them: one that a single part of the site has stands there as a path.
 */
export const icons = {
  exit: 'M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M15 8l4 4-4 4M19 12H9',
  home: 'M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-5h4v5',
  blog: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  forum: 'M4 5h11v8H9l-3 3v-3H4zM18 9h2v8h-2v3l-3-3h-4',
  chat: 'M12 4a8 7 0 1 1-4 13l-4 2 1.3-3.6A7 7 0 0 1 12 4z',
  me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-4 4-5.5 7.5-5.5s6.7 1.5 7.5 5.5',
  back: 'M14 6l-6 6 6 6',
  next: 'M10 6l6 6-6 6',
  flag: 'M6 21V4M6 5h11l-2.5 4L17 13H6',
  info: 'M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 7.600v.1',
  reply: 'M10 6l-6 6 6 6M4 12h9c4 0 6 2 7 6',
  look: 'M4 7h9M17 7h3M13 5v4M4 17h3M11 17h9M7 15v4',
  heart: 'M12 19.500s-7-4.3-7-9a3.8 3.8 0 0 1 7-2 3.8 3.8 0 0 1 7 2c0 4.7-7 9-7 9z',
} as const;
export type IconName = keyof typeof icons;
