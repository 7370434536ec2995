export default function DowntimePage() {
  return null;
}
