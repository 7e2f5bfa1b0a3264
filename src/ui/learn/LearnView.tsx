export default function LearnView() {
  return <main />;
}
