// Draws everyone whom posekit sees. Needs the library oscP5 (Sketch > Import Library > Manage Libraries).
// posekit run --preset processing        (without a camera: posekit osc test --preset processing)
import java.util.concurrent.ConcurrentHashMap;
import netP5.*;
import oscP5.*;

final int PORT = 9000;
final int PARTS = 17;
final float LEAST_SCORE = 0.2;
final int[][] BONES = {
  {3, 1}, {1, 0}, {0, 2}, {2, 4}, {5, 6}, {5, 7}, {7, 9}, {6, 8}, {8, 10}, {5, 11}, {6, 12}, {11, 12}, {11, 13}, {13, 15},
  {12, 14}, {14, 16}
};

OscP5 osc;
// Slot to x, y, score of each part; oscP5 writes from a thread of its own.
ConcurrentHashMap<Integer, float[]> people = new ConcurrentHashMap<Integer, float[]>();
volatile int count = 0;
volatile String happened = "";

void setup() {
  size(960, 720);
  osc = new OscP5(this, PORT);
}

void draw() {
  background(30);
  strokeWeight(6);
  for (Integer slot : people.keySet()) {
    float[] joints = people.get(slot);
    if (joints == null) continue;
    colorMode(HSB, 1);
    stroke((slot * 0.618) % 1, 0.7, 1);
    colorMode(RGB, 255);
    for (int[] bone : BONES) {
      int from = 3 * bone[0], to = 3 * bone[1];
      if (joints[from + 2] < LEAST_SCORE || joints[to + 2] < LEAST_SCORE) continue;
      line(joints[from] * width, joints[from + 1] * height, joints[to] * width, joints[to + 1] * height);
    }
  }
  fill(255);
  textSize(20);
  text(count + " people   " + happened, 20, 34);
}

void oscEvent(OscMessage message) {
  String[] path = message.addrPattern().split("/");
  if (path.length < 3 || !path[1].equals("pose")) return;
  if (path[2].equals("count")) {
    count = message.get(0).intValue();
  } else if (path[2].equals("alive")) {
    java.util.HashSet<Integer> alive = new java.util.HashSet<Integer>();
    for (int index = 0; index < message.typetag().length(); index++) alive.add(message.get(index).intValue());
    people.keySet().retainAll(alive);
  } else if (path[2].equals("event") && path.length > 3) {
    happened = path[3];
  } else if (path.length > 3 && path[3].equals("kp")) {
    // seq, id, score, then x, y, score of each part
    float[] joints = new float[3 * PARTS];
    for (int index = 0; index < joints.length; index++) joints[index] = message.get(3 + index).floatValue();
    people.put(int(path[2]), joints);
  }
}
