import { MantineProvider } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { TopologyCanvas } from '../../../src/renderer/canvas/topology-canvas.tsx';
import { startTexts } from '../../../src/renderer/i18n/index.ts';
import { theme } from '../../../src/renderer/theme/theme.ts';
import { syntheticCluster, withChanges } from './synthetic-cluster.ts';
import '@mantine/core/styles.css';
import '../../../src/renderer/theme/console.css';

// The canvas alone, over made-up members, to look at and to measure:
// `?count=2000&shape=tree&changes=500`. It is no part of the product.

const query = new URLSearchParams(window.location.search);
const count = Number(query.get('count') ?? 2000);
const shape = query.get('shape') ?? 'tree';
const changesASecond = Number(query.get('changes') ?? 0);
const scheme = query.get('theme') === 'dark' ? 'dark' : 'light';

function Bench() {
  const [cluster, setCluster] = useState(() => syntheticCluster(count, shape));
  const [options, setOptions] = useState({
    compact: query.get('compact') === '1',
    colourByDataCenter: true,
    showPools: true,
    showAliases: false,
  });
  const [marks, setMarks] = useState(new Map());
  const [selected, setSelected] = useState(new Set());
  useEffect(() => {
    if (changesASecond === 0) return;
    let round = 0;
    const timer = setInterval(() => {
      round += 1;
      setCluster((before) => withChanges(before, round * 131, changesASecond / 10));
    }, 100);
    return () => clearInterval(timer);
  }, []);
  const judged = useMemo(() => {
    const found = new Map();
    for (const [id, { status }] of cluster.members) {
      found.set(
        id,
        status === 'ok'
          ? { state: 'allowed', text: `Move below ${id}` }
          : { state: 'forbidden', text: `${id} is not well` },
      );
    }
    return found;
  }, [cluster]);
  return (
    <TopologyCanvas
      cluster={cluster}
      options={options}
      onOptionsChange={(changes) => setOptions({ ...options, ...changes })}
      marks={marks}
      selected={selected}
      onSelectionChange={setSelected}
      onDragStart={() => setMarks(judged)}
      onDragEnd={() => setMarks(new Map())}
      onDrop={(subject, target) => Object.assign(window, { dropped: { subject, target } })}
      onNodeContextMenu={(id) => Object.assign(window, { menu: id })}
      onNodeOpen={(id) => Object.assign(window, { openedNode: id })}
    />
  );
}

startTexts('en');
const root = document.getElementById('console');
if (root !== null) {
  createRoot(root).render(
    <MantineProvider theme={theme} forceColorScheme={scheme}>
      <Bench />
    </MantineProvider>,
  );
}
