export default function QueriesPage() {
  return null;
}
