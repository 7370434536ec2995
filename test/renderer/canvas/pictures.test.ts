import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { layoutTopology } from '../../../src/renderer/canvas/layout/layout.ts';
import { outlineRows, outlineText } from '../../../src/renderer/canvas/tools/outline-text.ts';
import { svgOf } from '../../../src/renderer/canvas/tools/svg-picture.ts';
import { spokenLabel } from '../../../src/renderer/canvas/view/labels.ts';
import { canvas as en } from '../../../src/renderer/i18n/en/canvas.ts';
import { canvas as zh } from '../../../src/renderer/i18n/zh/canvas.ts';
import { byId, member } from './members.ts';

const texts = i18next.createInstance();
await texts.init({
  lng: 'en',
  resources: { en: { canvas: en }, zh: { canvas: zh } },
  interpolation: { escapeValue: false },
});
const t = texts.getFixedT('en', 'canvas');
const chinese = texts.getFixedT('zh', 'canvas');

const PLAIN = {
  masked: false,
  server: (id: string) => id,
  cluster: (name: string) => name,
  word: (word: string) => word,
  version: (version: string) => version,
  sentence: (text: string) => text,
};
const MASKED = {
  ...PLAIN,
  masked: true,
  server: () => 'masked:1',
  word: () => 'w',
  version: () => '8.0',
  sentence: () => '…',
};

const members = byId([
  member('m'),
  member('r1', 'm', { lagSeconds: 3, alias: 'secret-alias', dataCenter: 'secret-dc' }),
  member('r2', 'm', {
    replicating: false,
    status: 'nonreplicating',
    problems: ['not_replicating'],
    lastSqlError: 'on <secret>',
  }),
  member('r3', 'r1', { lagSeconds: 0 }),
]);

const PALETTE = {
  ...{ ground: '#fff', panel: '#fff', line: '#ccc', text: '#000', dim: '#555', info: '#00f', ok: '#0a0' },
  tones: { ok: '#0a0', warn: '#a50', trouble: '#a00', dead: '#333', idle: '#777', info: '#00f' },
};

describe('the topology as text', () => {
  it('is the text form that DBAs know', () => {
    expect(outlineText(members, PLAIN)).toBe(
      [
        'm:3306 [unknown,ok,8.0.36,rw,ROW,GTID]',
        '+ r1:3306 [3s,ok,8.0.36,ro,ROW,GTID,secret-dc]',
        '  + r3:3306 [0s,ok,8.0.36,ro,ROW,GTID]',
        '- r2:3306 [0s,nonreplicating,8.0.36,ro,ROW,GTID]',
      ].join('\n'),
    );
  });

  it('tells a screen reader where each line stands', () => {
    expect(outlineRows(members).map(({ id, level, place, siblings }) => [id, level, place, siblings])).toEqual([
      ['m:3306', 0, 1, 1],
      ['r1:3306', 1, 1, 2],
      ['r3:3306', 2, 1, 1],
      ['r2:3306', 1, 2, 2],
    ]);
  });

  it('holds no name while names are masked', () => {
    expect(outlineText(members, MASKED)).not.toMatch(/r1|r2|secret/);
  });
});

describe('the topology as a drawing', () => {
  const drawn = {
    layout: layoutTopology(members, { compact: false, collapsed: new Set(), opened: new Set() }),
    members,
    options: { compact: false, colourByDataCenter: true, showPools: true, showAliases: true },
    dataCenters: ['secret-dc'],
  };

  it('names every server, and escapes what is not to be read as markup', () => {
    const { svg, width, height } = svgOf(drawn, PLAIN, t, PALETTE);
    for (const name of ['m:3306', 'secret-alias', 'r2:3306', 'r3:3306', 'secret-dc']) expect(svg).toContain(name);
    expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`);
    expect(svgOf({ ...drawn, dataCenters: ['<b>&'] }, PLAIN, t, PALETTE).svg).toContain('&lt;b&gt;&amp;');
  });

  it('holds no name while names are masked', () => {
    expect(svgOf(drawn, MASKED, t, PALETTE).svg).not.toMatch(/r1|r2|secret/);
  });
});

describe('what is said of a server', () => {
  const facts = {
    names: PLAIN,
    badges: [],
    connection: { state: 'running', error: '', semiSync: false, crosses: false } as const,
    aboveId: 'db1:3306',
    replicas: 0,
    mark: '',
  };

  it('begins with what it is, how it lags and what it hangs below', () => {
    const subject = { ...facts, member: member('db2', 'db1', { lagSeconds: 3 }) };
    expect(spokenLabel(t, subject)).toBe('replica db2:3306, lag 3 seconds, below db1:3306, MySQL 8.0.36');
    expect(spokenLabel(chinese, subject)).toBe('从库 db2:3306, 延迟 3 秒, 上级为 db1:3306, MySQL 8.0.36');
  });

  it('goes on with how its connection is and what is being done to it', () => {
    const subject = {
      ...facts,
      member: member('db2', 'db1', { lagSeconds: null, dataCenter: 'ams1' }),
      connection: { ...facts.connection, state: 'stopped' } as const,
      replicas: 2,
      mark: 'Stopping replication',
    };
    expect(spokenLabel(t, subject)).toBe(
      'replica db2:3306, below db1:3306, replication is stopped, 2 replicas, data center ams1, MySQL 8.0.36, Stopping replication',
    );
  });
});
