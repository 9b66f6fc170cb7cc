/* The byte map on the page: a cell for each large page. Part of page.html. */
const LARGE_PAGE = 2 << 20;
const NOBODY = -1;
const CELLS_HEIGHT = 150, CELL_MIN = 2, CELL_MAX = 18;
const OWNER_MASK = 0xc0, USED = 0x02, BY_PROGRAM = 0x00;
/* Of kernel/abi/bytemap.h. */
const STATES = {
  0x00: ["#ffffff", "no RAM"],
  0x01: ["#dcebd3", "free"],
  0x10: ["#a9d18e", "free, at hand in the kernel's magazine"],
  0x02: ["#9dbfe3", "used whole by a program"],
  0x42: ["#8a8a8a", "used whole by the kernel"],
  0x82: ["#7d5ba6", "used whole for page tables"],
  0x04: ["#f6d98f", "cut into frames, some free"],
  0x08: ["#c99a2e", "cut into frames, none free"],
  0x20: ["#b0554f", "reserved by firmware or a device"],
};
const SHOWN = ["#2f6db0", "used whole by the process shown"];
const CHANGED = "#f0932b";

/* What a byte is, of STATES: whom a page was cut for is not told. */
const kindOf = byte => STATES[byte & USED ? byte : byte & ~OWNER_MASK] ||
    ["#000000", `0x${byte.toString(16)}, which is no state`];

/* The state of each large page, and whose thread made it so. */
class ByteMap {
  constructor(count, other) {
    this.bytes = other ? other.bytes.slice() : new Uint8Array(count);
    this.makers = other ? other.makers.slice()
                        : new Int32Array(count).fill(NOBODY);
  }
  apply(pages) {
    for (let i = 0; i < pages.length; i += 4) {
      const [first, count, byte, maker] = pages.slice(i, i + 4);
      this.bytes.fill(byte, first, first + count);
      this.makers.fill(maker, first, first + count);
    }
  }
}

/* The map at any step of DATA, made of copies that are kept now and then. */
class ByteMaps {
  constructor(data) {
    this.pages = data.pages;
    this.count = 0;
    for (const pages of this.pages) {
      for (let i = 0; i < pages.length; i += 4) {
        this.count = Math.max(this.count, pages[i] + pages[i + 1]);
      }
    }
    this.saved = [];
    const map = new ByteMap(this.count);
    this.pages.forEach((pages, step) => {
      if (step % SAVED_EVERY === 0) this.saved.push(new ByteMap(0, map));
      map.apply(pages);
    });
  }
  at(step) {
    const from = Math.floor(step / SAVED_EVERY);
    const map = new ByteMap(0, this.saved[from]);
    for (let i = from * SAVED_EVERY; i <= step; i++) map.apply(this.pages[i]);
    return map;
  }
  /* The last step up to STEP that changed PAGE. */
  changedAt(step, page) {
    for (; step > 0; step--) {
      const pages = this.pages[step];
      for (let i = 0; i < pages.length; i += 4) {
        if (pages[i] <= page && page < pages[i] + pages[i + 1]) return step;
      }
    }
    return 0;
  }
}

/* How COUNT cells lie on WIDTH. */
function gridOf(count, width) {
  const fitting = Math.floor(Math.sqrt(width * CELLS_HEIGHT / count));
  const side = Math.max(CELL_MIN, Math.min(CELL_MAX, fitting));
  const columns = Math.floor(width / side);
  return {side, columns, height: Math.ceil(count / columns) * side};
}

const isOfShown = (view, map, page) => map.bytes[page] === (USED | BY_PROGRAM) &&
    map.makers[page] !== NOBODY &&
    view.programs[map.makers[page]].pid === view.program.pid;

function drawCells(view) {
  const {maps} = view, map = maps.at(view.step), canvas = at("cells");
  const grid = gridOf(maps.count, canvas.clientWidth);
  const [pen] = canvasOf(canvas, grid.height);
  const cell = (page, colour, margin) => {
    pen.fillStyle = colour;
    pen.fillRect(page % grid.columns * grid.side + margin,
                 Math.floor(page / grid.columns) * grid.side + margin,
                 grid.side - 1 - 2 * margin, grid.side - 1 - 2 * margin);
  };
  const colourOf = page =>
      (isOfShown(view, map, page) ? SHOWN : kindOf(map.bytes[page]))[0];
  for (let page = 0; page < maps.count; page++) cell(page, colourOf(page), 0);
  const pages = view.step > 0 ? maps.pages[view.step] : [];
  for (let i = 0; i < pages.length; i += 4) {
    for (let page = pages[i]; page < pages[i] + pages[i + 1]; page++) {
      cell(page, CHANGED, 0);
      cell(page, colourOf(page), grid.side > 8 ? 3 : 1);
    }
  }
  view.map = map;
  view.grid = grid;
}

/* What the large page under (X, Y) of the canvas is. */
function tellCell(view, x, y) {
  const {maps, map, grid} = view;
  const column = Math.floor(x / grid.side);
  const page = Math.floor(y / grid.side) * grid.columns + column;
  if (column >= grid.columns || page >= maps.count) return "";
  const byte = map.bytes[page], maker = map.makers[page];
  const owner = byte & USED && !(byte & OWNER_MASK) && maker !== NOBODY
      ? `, which is [pid ${view.programs[maker].pid}] ` +
        view.programs[maker].name : "";
  const step = maps.changedAt(view.step, page);
  const since = step > 0
      ? `, since step ${step + 1}: ${textOf(view.data, step)}`
      : ", since before the first step";
  return `large page ${page}, ${hex(page * LARGE_PAGE)} to ` +
         `${hex((page + 1) * LARGE_PAGE)}: ${kindOf(byte)[1]}${owner}${since}`;
}

/* The meaning of each colour that there is in MAPS. */
function drawKey(maps) {
  const seen = new Set();
  for (const pages of maps.pages) {
    for (let i = 0; i < pages.length; i += 4) seen.add(kindOf(pages[i + 2]));
  }
  const kinds = [SHOWN, ...Object.values(STATES), [CHANGED, "this step"]];
  for (const [colour, meaning] of kinds.filter(
      kind => seen.has(kind) || kind === SHOWN || kind[0] === CHANGED)) {
    const key = document.createElement("span");
    key.className = "key";
    key.style.background = colour;
    at("cell-key").append(key, meaning);
  }
}
