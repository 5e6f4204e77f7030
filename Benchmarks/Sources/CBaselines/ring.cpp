#include "CBaselines.h"

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

namespace {

// Slots are used in turn; a slot is the writer's from acquire to publish and the reader's from take to release.
class Ring {
  public:
    explicit Ring(size_t slots) : slots_(slots) {}

    size_t acquire() {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return written_ - released_ < slots_; });
        return written_ % slots_;
    }

    void publish() {
        {
            std::lock_guard lock(mutex_);
            ++written_;
        }
        filled_.notify_one();
    }

    size_t take() {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [&] { return released_ < written_; });
        return released_ % slots_;
    }

    void release() {
        {
            std::lock_guard lock(mutex_);
            ++released_;
        }
        room_.notify_one();
    }

  private:
    const size_t slots_;
    size_t written_ = 0, released_ = 0;
    std::mutex mutex_;
    std::condition_variable room_, filled_;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<std::vector<uint32_t>> touched_blocks(size_t count, size_t words) {
    return std::vector<std::vector<uint32_t>>(count, std::vector<uint32_t>(words, 1));
}

}  // namespace

double ring_hand_off(size_t slots, size_t items) {
    Ring ring(slots);
    std::vector<size_t> values(slots);
    size_t sum = 0;
    const auto start = std::chrono::steady_clock::now();
    std::thread writer([&] {
        for (size_t i = 0; i < items; i++) {
            values[ring.acquire()] = i;
            ring.publish();
        }
    });
    for (size_t i = 0; i < items; i++) {
        sum += values[ring.take()];
        ring.release();
    }
    writer.join();
    return sum == items * (items - 1) / 2 ? seconds_since(start) : -1;
}

double ring_fill_sum(size_t slots, size_t words, size_t items, uint64_t *sum) {
    Ring ring(slots);
    auto blocks = touched_blocks(slots, words);
    *sum = 0;
    const auto start = std::chrono::steady_clock::now();
    std::thread writer([&] {
        for (size_t i = 0; i < items; i++) {
            kernel_fill(blocks[ring.acquire()].data(), words, uint32_t(i));
            ring.publish();
        }
    });
    for (size_t i = 0; i < items; i++) {
        *sum += kernel_sum(blocks[ring.take()].data(), words);
        ring.release();
    }
    writer.join();
    return seconds_since(start);
}

double copy_blocks(size_t words, size_t items) {
    auto blocks = touched_blocks(8, words);
    const auto start = std::chrono::steady_clock::now();
    for (size_t i = 0; i < items; i++) {
        std::memcpy(blocks[i % 8].data(), blocks[(i + 1) % 8].data(), words * sizeof(uint32_t));
        asm volatile("" ::: "memory");
    }
    return seconds_since(start);
}
